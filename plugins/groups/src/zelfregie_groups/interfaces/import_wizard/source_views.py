"""The lists: which there are, how they are doing, and bringing in a new version."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.widgets.button import HeaderButton

from zelfregie_groups.domain.importing import feeds, lists
from zelfregie_groups.domain.importing.fetching import fetch
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.interfaces.import_wizard.base import ImportView, SourceView
from zelfregie_groups.interfaces.import_wizard.forms import NewListForm, SourceForm, UploadForm, content_of
from zelfregie_groups.interfaces.import_wizard.health import health_of
from zelfregie_groups.models import Group, ImportRun, ImportSource
from zelfregie_groups.tasks import preview_import_task

RUNS_ON_PAGE = 20


def with_counts(sources: QuerySet[ImportSource]) -> QuerySet[ImportSource]:
    """Lists with how many groups come from each, and whether an import of it waits."""
    waiting = Q(runs__state__in=[ImportRun.State.UPLOADED, ImportRun.State.PREVIEWED])
    return sources.annotate(
        group_count=Count("groups", distinct=True), waiting=Count("runs", filter=waiting, distinct=True)
    )


class IndexView(ImportView):
    """All lists of the region."""

    template_name = "zelfregie_groups/admin/import/index.html"
    page_title = gettext_lazy("Lijsten")

    def trail(self) -> list[tuple[str, Any]]:
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Nieuwe lijst"), url=reverse("groups_import:new"), icon_name="plus")]

    def get(self, request: HttpRequest) -> HttpResponse:
        sources = with_counts(ImportSource.objects.all()).order_by("name")
        return self.page(rows=[(source, health_of(source)) for source in sources])


class NewListView(ImportView):
    """Step 1 for a list that the site does not know yet."""

    template_name = "zelfregie_groups/admin/import/new.html"
    page_title = gettext_lazy("Nieuwe lijst")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(form=NewListForm(), sources=ImportSource.objects.order_by("name"))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewListForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return after_upload(self._take_in(form, request.user))
            except ImportProblem as problem:
                form.add_error("url" if form.cleaned_data["url"] else "file", str(problem))
        return self.page(form=form, sources=ImportSource.objects.order_by("name"), status=422)

    @staticmethod
    def _take_in(form: NewListForm, user: Any) -> ImportRun:
        name, url = form.cleaned_data["name"], form.cleaned_data["url"]
        if not url:
            upload = form.cleaned_data["file"]
            data = content_of(upload)
            return lists.take_in(lists.new_source(name, data, upload.name), data, upload.name, user)
        fetched = fetch(url)
        if fetched is None:
            raise ImportProblem(_("De site gaf geen lijst terug. Open het adres in je browser en kijk wat je krijgt."))
        every = form.cleaned_data["every_hours"]
        wanted = name or fetched.file_name
        source = lists.new_source(wanted, fetched.data, fetched.file_name, url=url, every_hours=every)
        return lists.take_in_fetched(source, fetched, user)


class SourceDetailView(SourceView):
    """One list: a new version, its imports, how it is fetched."""

    template_name = "zelfregie_groups/admin/import/source.html"

    def get_page_title(self) -> str:
        return self.source.name

    def trail(self) -> list[tuple[str, str]]:
        return []

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(UploadForm(), SourceForm(instance=self.source))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what the button says: ``upload``, ``settings``, ``fetch``, ``pause`` or ``resume``."""
        match request.POST.get("action"):
            case "upload":
                return self._upload(request)
            case "fetch" if self.source.url:
                return self._fetch(request)
            case "pause" | "resume" as action if self.source.url:
                self.source.is_active = action == "resume"
                self.source.save(update_fields=["is_active"])
                messages.success(
                    request,
                    _("De site haalt deze lijst weer op.")
                    if self.source.is_active
                    else _("De site haalt deze lijst niet meer op. De groepen blijven staan."),
                )
            case "settings":
                form = SourceForm(request.POST, instance=self.source)
                if not form.is_valid():
                    return self._page(UploadForm(), form, status=422)
                form.save()
                messages.success(request, _("De lijst is bewaard."))
        return redirect(self.source_url)

    def _upload(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                return after_upload(lists.take_in(self.source, content_of(upload), upload.name, request.user))
            except ImportProblem as problem:
                form.add_error("file", str(problem))
        return self._page(form, SourceForm(instance=self.source), status=422)

    def _fetch(self, request: HttpRequest) -> HttpResponse:
        if not feeds.is_settled(self.source):
            return self._fetch_first(request)
        outcome = feeds.refresh(self.source)
        say = messages.error if outcome is feeds.Outcome.FAILED else messages.success
        say(request, feeds.outcome_text(outcome, self.source))
        run = feeds.waiting_runs(self.source).first()
        if outcome is feeds.Outcome.WAITING and run is not None:
            return redirect("groups_import:run", run.pk)
        return redirect(self.source_url)

    def _fetch_first(self, request: HttpRequest) -> HttpResponse:
        """Fetch a list of which nobody applied a version yet: an editor looks at the first one."""
        try:
            fetched = fetch(self.source.url)
            if fetched is not None:
                return after_upload(lists.take_in_fetched(self.source, fetched, request.user))
        except ImportProblem as problem:
            messages.error(request, str(problem))
        return redirect(self.source_url)

    def _page(self, upload: UploadForm, settings: SourceForm, status: int = 200) -> HttpResponse:
        runs = ImportRun.objects.filter(source=self.source).select_related("started_by")
        paginator = WagtailPaginator(runs, RUNS_ON_PAGE)
        return self.page(
            upload=upload,
            settings=settings,
            health=health_of(self.source),
            runs=paginator.get_page(self.request.GET.get("p")),
            group_count=Group.objects.filter(imported_from=self.source).count(),
            status=status,
        )


class SourceDeleteView(SourceView):
    """Removing a list; its groups stay."""

    template_name = "zelfregie_groups/admin/import/delete.html"
    page_title = gettext_lazy("Verwijder lijst")
    header_icon = "bin"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(group_count=Group.objects.filter(imported_from=self.source).count())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        name = self.source.name
        self.source.delete()
        messages.success(
            request, _("De lijst '%(name)s' is verwijderd. De groepen staan nog op de site.") % {"name": name}
        )
        return redirect("groups_import:index")


def after_upload(run: ImportRun) -> HttpResponse:
    """Go to the preview when the columns are known, else to the columns."""
    if not lists.is_known(run):
        return redirect("groups_import:columns", run.pk)
    start_preview(run)
    return redirect("groups_import:run", run.pk)


def start_preview(run: ImportRun) -> None:
    """Compare a version with the site: at once, or by the task queue when it is long.

    :raises ImportProblem: when that cannot be done.
    """
    if not lists.is_long(run):
        lists.preview(run)
    elif lists.mark_busy(run, "preview"):
        preview_import_task.enqueue(run.pk)
