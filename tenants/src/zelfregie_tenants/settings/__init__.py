"""Settings of the platform: core's, with the database, the schemas, caches, files and the task queue added.

`development` is for one machine, `production` reads everything that differs between installations from the
environment, `test` is what the tests use. An installation has no settings module of its own.
"""
