"""WSGI entry for granian. Behind a proxy, GUANTONG_PROXIES names the addresses whose forwarded headers are believed."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings.production")
application = get_wsgi_application()

_proxies = [address for address in os.environ.get("GUANTONG_PROXIES", "").split(",") if address]
if _proxies:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=_proxies)
