"""Pages of imports, mounted by domains under their own addresses with their own desk:

    deposit = SheetPages(kind="deposit", desk="school", namespace="credit", name="deposit_sheets", lead="…")
    urlpatterns += deposit.urls("school/deposits/sheets/")

gives ``credit:deposit_sheets`` (upload form and past imports), ``…_job`` (progress, check result, outcome), ``…_act``
(confirm, cancel, resume), ``…_report`` (returned workbook) and ``…_template`` (empty form). Small sheets are checked
and imported while she waits; larger ones by ``guantong work``, with progress shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.core.paginator import Paginator
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.pages import actor_of, download, for_desk, go, render
from guantong.kernel.refusal import Refusal

from . import actions, errors, selectors, worker
from .kinds import JobKind, job_kind
from .models import WORKING, ImportJob
from .opening import LIMITS, show_size
from .writing import write_template

WHILE_WAITING_BYTES = 200_000
"""Files up to this size are checked within the request."""
WHILE_WAITING_ROWS = 2_000
"""Up to this many rows are imported within the request."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

TONES = {"imported": "good", "stopped": "bad", "checked": "warn", "cancelled": "neutral"}


@lru_cache(maxsize=64)
def _template_bytes(kind: str, spec: str) -> bytes:
    found = next((s for s in job_kind(kind).specs if s.name == spec), None)
    if found is None:
        raise errors.JOB_NOT_FOUND.refuse(job=spec[:16])
    return write_template(found)


@dataclass(frozen=True, kw_only=True)
class SheetPages:
    """The pages of one kind of import at one desk."""

    kind: str
    desk: str
    namespace: str
    name: str
    lead: str = ""
    crumbs: Sequence[tuple[str, str | None]] = ()
    done_text: str = ""
    """Label of the link shown after an import; with ``done_url``."""
    done_url: str = ""
    """Address, or name of a page (``credit:deposits``)."""
    form_part: str = ""
    """Template with further fields of the upload form; sees ``typed`` and ``refusal``."""
    options_from: Callable[[Mapping[str, str]], dict[str, Any]] | None = None
    """Turns the posted form into the job's options; may refuse."""
    key_name: str = ""
    """For a family of kinds (:func:`.kinds.register_family`): which part of the address is the key."""
    key: str = ""
    """The key of this request; set by the pages themselves."""

    def urls(self, base: str) -> list[URLPattern]:
        """Addresses under ``base`` (with its slash at the end)."""
        guard = for_desk(self.desk)
        views: tuple[tuple[str, str, Any], ...] = (
            ("", "", require_http_methods(["GET", "HEAD", "POST"])(guard(self._bound("_upload")))),
            ("template/<slug:spec>/", "_template", require_safe(guard(self._bound("_template")))),
            ("<slug:job>/", "_job", require_safe(guard(self._bound("_job")))),
            ("<slug:job>/report/", "_report", require_safe(guard(self._bound("_report")))),
            ("<slug:job>/<slug:act>/", "_act", require_POST(guard(self._bound("_act")))),
        )
        return [path(base + address, view, name=self.name + suffix) for address, suffix, view in views]

    def _bound(self, method: str) -> Callable[..., Any]:
        """A view; of a family that of the kind named in the address."""
        if not self.key_name:
            view: Callable[..., Any] = getattr(self, method)
            return view

        def of_key(request: Any, **parts: Any) -> Any:
            key = parts.pop(self.key_name)
            pages = replace(self, kind=f"{self.kind}:{key}", key=key)
            return getattr(pages, method)(request, **parts)

        return of_key

    def link(self, suffix: str = "", *parts: str) -> str:
        """Address of one of these pages, with the key where there is one."""
        return reverse(f"{self.namespace}:{self.name}{suffix}", args=[*self._leading(), *parts])

    def _leading(self) -> tuple[str, ...]:
        return (self.key,) if self.key else ()

    # ---- views ------------------------------------------------------------------------------------------------

    def _upload(self, request: Any) -> Any:
        actor = actor_of(request)
        kind = job_kind(self.kind)
        places = _places(actor, kind)
        refusal: Refusal | None = None
        if request.method == "POST":
            try:
                job = self._take(request, actor, places)
            except Refusal as found:
                refusal = found
            else:
                return go(request, f"{self.namespace}:{self.name}_job", *self._leading(), job.public_id)
        jobs = ImportJob.objects.filter(kind=self.kind, organisation__in=[p for p, _ in places]).order_by("-id")
        context = {
            "pages": self,
            "kind": kind,
            "places": places,
            "refusal": refusal,
            "typed": dict(request.POST.items()),
            "jobs": Paginator(jobs, 10).get_page(request.GET.get("page")),
            "tones": TONES,
            "state_label": selectors.state_label,
            "limit": show_size(LIMITS.file),
        }
        return render(request, "sheets/upload.html", context, status=422 if refusal else 200, fragment="jobs")

    def _take(self, request: Any, actor: Actor, places: list[tuple[int, str]]) -> ImportJob:
        sent = request.FILES.get("file")
        if sent is None:
            raise errors.CHOOSE_A_FILE.refuse()
        if sent.size > LIMITS.file:
            raise errors.FILE_TOO_LARGE.refuse(name=sent.name, size=show_size(sent.size), limit=show_size(LIMITS.file))
        chosen = request.POST.get("organisation", "")
        place = next((p for p, _ in places if str(p) == chosen), places[0][0] if places else None)
        job = actions.upload_sheet(
            actor=actor,
            kind=self.kind,
            organisation_id=place,
            content=sent.read(),
            name=sent.name,
            options=self.options_from(request.POST) if self.options_from else None,
            page=self.link("_job", "JOB"),
        )
        if job.state == "uploaded" and job.file.size <= WHILE_WAITING_BYTES:
            worker.run_one_job(job.pk)
        return job

    def _job(self, request: Any, job: str) -> Any:
        found = selectors.access_job_for(actor_of(request), job, self.kind)
        return self._show(request, found)

    def _show(self, request: Any, job: ImportJob, refusal: Refusal | None = None) -> Any:
        kind = job_kind(self.kind)
        is_checked = job.state == "checked"
        to_confirm = selectors.first_to_confirm(job) if is_checked else []
        may_import = is_checked and job.rows_total > job.rows_bad and (kind.allows_partial or not job.rows_bad)
        problems = [] if not is_checked or (may_import and not job.rows_bad) else selectors.first_to_change(job)
        context = {
            "pages": self,
            "kind": kind,
            "job": job,
            "refusal": refusal,
            "tones": TONES,
            "state_label": selectors.state_label,
            "problems": problems,
            "to_confirm": to_confirm,
            "notes": [selectors.problem_from_json(n) for n in job.notes],
            "stop": [selectors.problem_from_json(p) for p in job.stop],
            "is_working": job.state in WORKING,
            "rows_good": selectors.rows_to_post(job),
            "seconds_left": selectors.seconds_left(job),
            "may_import": may_import,
            "done_url": reverse(self.done_url) if ":" in self.done_url else self.done_url,
        }
        return render(request, "sheets/job.html", context, status=422 if refusal else 200, fragment="job")

    def _act(self, request: Any, job: str, act: str) -> Any:
        actor = actor_of(request)
        found = selectors.access_job_for(actor, job, self.kind)
        try:
            if act == "confirm":
                found = actions.confirm_import(
                    actor=actor,
                    job_id=found.pk,
                    only_good_rows=request.POST.get("rows") == "good",
                    is_ticked=request.POST.get("ticked") == "1",
                )
            elif act == "cancel":
                found = actions.cancel_import(actor=actor, job_id=found.pk)
            elif act == "resume":
                found = actions.resume_import(actor=actor, job_id=found.pk)
            else:
                raise errors.JOB_NOT_FOUND.refuse(job=act[:16])
        except Refusal as refusal:
            if refusal.status in {401, 403, 404}:
                raise
            return self._show(request, selectors.access_job_for(actor, job, self.kind), refusal)
        if found.state in WORKING and selectors.rows_to_post(found) <= WHILE_WAITING_ROWS:
            worker.run_one_job(found.pk)
        return go(request, f"{self.namespace}:{self.name}_job", *self._leading(), found.public_id)

    def _report(self, request: Any, job: str) -> Any:
        found = selectors.access_job_for(actor_of(request), job, self.kind)
        if found.state not in {"checked", "imported", "stopped", "cancelled"} or not found.checked_at:
            raise errors.WRONG_STATE.refuse(state=found.get_state_display(), what="下载带说明的表格")
        content = worker.ensure_report(found)
        assert found.report is not None  # noqa: S101 (ensure_report makes it)
        return download(content, found.report.name, found.report.media_type)

    def _template(self, request: Any, spec: str) -> Any:
        content = _template_bytes(self.kind, spec)
        title = next(s.title for s in job_kind(self.kind).specs if s.name == spec)
        return download(content, f"{title}（模板）.xlsx", _XLSX)


def _places(actor: Actor, kind: JobKind) -> list[tuple[int, str]]:
    """Organisations the actor may import for, with their names."""
    allowed = actor.organisations(kind.permission)
    return list({p.organisation_id: p.organisation_name for p in actor.posts if p.organisation_id in allowed}.items())
