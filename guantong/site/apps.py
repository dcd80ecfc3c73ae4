from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "guantong.site"
    label = "site"

    def ready(self) -> None:
        """Fill the registries of desks and of timed work with what the site itself brings."""
        from guantong.base.webkit.desks import register_figure, register_panel
        from guantong.domains.projects.public import name_systems
        from guantong.procedure.cases.crosscheck import register_systems
        from guantong.site.home.figures import count_documents, count_schools
        from guantong.site.home.panels import installation_panel
        from guantong.site.home.state import register_heartbeat
        from guantong.site.registry.desk_links import register_desks
        from guantong.site.systems.register import systems

        register_heartbeat()
        register_figure(10, "职业院校", "所", count_schools, "/organisations/")
        register_figure(90, "政策文件", "份", count_documents, "/law/documents/")
        register_panel("operator", 10, installation_panel)
        register_desks()
        register_systems(lambda: {system.id for system in systems()})
        name_systems(lambda: {system.id: system.title_zh for system in systems()})
