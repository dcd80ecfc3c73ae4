from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "guantong.site"
    label = "site"

    def ready(self) -> None:
        from guantong.base.webkit.desks import register_figure
        from guantong.site.home.figures import count_documents, count_schools
        from guantong.site.home.state import register_heartbeat

        register_heartbeat()
        register_figure(10, "职业院校", "所", count_schools)
        register_figure(90, "政策文件", "份", count_documents, "/law/documents/")
