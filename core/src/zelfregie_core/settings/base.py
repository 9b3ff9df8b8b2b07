"""Settings of one site, the same for every region and every installation.

The tenants distribution composes these into real settings (``zelfregie_tenants.settings``): it adds the database, the
schemas, the caches and the task queue. Nothing here knows of tenants.
"""

from zelfregie_core.discovery import plugin_apps

#: Apps whose tables live in every region's schema. Plugins come first so that their templates may refine core's.
CORE_APPS = [
    "zelfregie_core",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
PLUGIN_APPS = plugin_apps()

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "zelfregie_core.middleware.ContentSecurityPolicyMiddleware",
    "zelfregie_core.middleware.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Right after it: whoever asks for the user before this one would take a password alone for a login.
    "zelfregie_core.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "zelfregie_core.middleware.PluginGuardMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "zelfregie_core.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            # The plugins of one region come first, and only there; then the apps, plugins before core.
            "loaders": [
                (
                    "zelfregie_core.template_loading.RegionCachedLoader",
                    [
                        "zelfregie_core.template_loading.RegionLoader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zelfregie_core.context.site",
            ],
        },
    },
]

AUTHENTICATION_BACKENDS = ["zelfregie_core.interfaces.sessions.RegionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Texts in the code are Dutch (docs/adr/0004): a missing translation shows Dutch, never English.
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
TIME_ZONE = "Europe/Amsterdam"
WAGTAIL_USER_TIME_ZONES = ["Europe/Amsterdam"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

WAGTAIL_SITE_NAME = "Zelfregie"
WAGTAIL_I18N_ENABLED = False
# Nothing leaves the house: no avatar service, no update check, no embed lookups (docs/explanation/privacy.md).
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, object]] = []
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
# Never by a redirect to where the file is: who may see a document is asked each time, whatever the storage.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "dutch"},
}
WAGTAILADMIN_LOGIN_URL = "wagtailadmin_login"
WAGTAILADMIN_USER_LOGIN_FORM = "zelfregie_core.interfaces.login.RegionLoginForm"
LOGIN_URL = "wagtailadmin_login"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

# What a page may ask of a device. The finder sorts by distance when a visitor wants that; nothing else is used.
PERMISSIONS_POLICY = {
    "accelerometer": "",
    "autoplay": "self",
    "camera": "",
    "display-capture": "",
    "geolocation": "self",
    "gyroscope": "",
    "magnetometer": "",
    "microphone": "",
    "midi": "",
    "payment": "",
    "usb": "",
}
# Public pages load nothing from elsewhere and run no inline script or style (docs/explanation/privacy.md).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
}
#: Wagtail's admin needs inline script and style; still nothing from other hosts.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-src": ["'self'"],
    "connect-src": ["'self'"],
}

#: True lets an error in a plugin's per-request hook surface instead of being logged; on in development and tests.
ZELFREGIE_RAISE_PLUGIN_ERRORS = False
#: So many seconds code of a plugin may take inside a page; then its part is left out (docs/adr/0020).
ZELFREGIE_PLUGIN_SECONDS = 10.0
#: So many seconds a whole public answer may take, or one of a plugin, and in a server one statement (docs/adr/0027).
ZELFREGIE_ANSWER_SECONDS = 60.0
#: A list of redirects between upload and confirmation: in the region's cache, not in a folder that all regions share.
WAGTAIL_REDIRECTS_FILE_STORAGE = "cache"
#: How many proxies of our own stand in front; each adds an entry to X-Forwarded-For (domain/client_address.py).
ZELFREGIE_TRUSTED_PROXIES = 0
#: Keys for free text that is encrypted at rest; the first encrypts, the others still decrypt.
ZELFREGIE_ENCRYPTION_KEYS: list[str] = []
#: PDOK's address service, for exact coordinates of groups; empty is off (docs/reference/calendar.md, "Places").
ZELFREGIE_LOCATIESERVER_URL = ""
#: Where the tiles of the map come from, with {z}, {x} and {y}; empty is off: the map has no background then.
ZELFREGIE_TILES_URL = ""
#: True lets lists be fetched from this machine itself, for tests and for trying things out. Never in production: who
#: may import lists could then read what only listens here (docs/reference/import-formats.md, "Lists by address").
ZELFREGIE_FEEDS_FROM_LOOPBACK = False
