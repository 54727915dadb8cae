from toy_service import run

run("cinder")
