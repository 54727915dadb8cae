from toy_service import run

run("neutron")
