"""The WSGI application that gunicorn serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from icm_portal.charsets import with_readable_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icm_portal.settings")

application = with_readable_charset(get_wsgi_application())
