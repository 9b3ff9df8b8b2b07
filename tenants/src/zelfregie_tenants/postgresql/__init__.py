"""The database backend: django-tenants', with callbacks after commit that stay in their region."""
