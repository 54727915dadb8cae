"""The API described for programs (OpenAPI) and for people, from the code that serves it."""
