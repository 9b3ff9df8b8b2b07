"""One import: its columns, its preview, what will happen, and what happened."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages as django_messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from zelfregie_core.domain.tables import neutralised
from zelfregie_groups.domain.importing import feeds, lists, runs
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.domain.importing.theme_names import THEME_WORDS
from zelfregie_groups.interfaces.import_wizard.base import RunView
from zelfregie_groups.interfaces.import_wizard.forms import ColumnsForm
from zelfregie_groups.interfaces.import_wizard.rows import choose_for_all, save_choices, shown
from zelfregie_groups.interfaces.import_wizard.source_views import start_preview
from zelfregie_groups.interfaces.import_wizard.tabs import plan_of, rows_of, tabs_of
from zelfregie_groups.interfaces.import_wizard.theme_fields import ThemeWordFields, chosen_mapping
from zelfregie_groups.models import ImportRun, ImportRunRow, ImportSource
from zelfregie_groups.tasks import apply_import_task, undo_import_task

ROWS_ON_PAGE = 25
EXAMPLES = 3
State = ImportRun.State


class ColumnsView(RunView):
    """Step 2: which column is which field."""

    template_name = "zelfregie_groups/admin/import/columns.html"
    page_title = gettext_lazy("Kolommen")

    def _form(self, data: QueryDict | None = None) -> ColumnsForm:
        mapping = lists.proposed_mapping(self.run)
        return ColumnsForm(
            data,
            columns=self.run.columns,
            examples=runs.examples_of(self.run, EXAMPLES),
            mapping=mapping,
            defaults=self.run.source.defaults,
            words=ThemeWordFields.of(self.run, chosen_mapping(self.run.columns, data) if data else mapping),
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.run.state not in (State.UPLOADED, State.PREVIEWED) or lists.busy_with(self.run):
            return redirect(self.run_url)
        return self._page(self._form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            if form.words.are_new(request.POST):
                # Another column holds the themes: its words were not on the page yet.
                messages.warning(request, _("Kies nog wat de woorden voor thema's betekenen."))
                return self._page(form)
            words = form.words.chosen(form.cleaned_data)
            lists.remember(self.run.source, form.mapping, {**form.defaults, THEME_WORDS: words})
            try:
                start_preview(self.run)
            except ImportProblem as problem:
                form.add_error(None, str(problem))
            else:
                return redirect(self.run_url)
        return self._page(form, status=422)

    def _page(self, form: ColumnsForm, status: int = 200) -> HttpResponse:
        is_table = self.run.source.format == ImportSource.Format.TABLE
        rows = self.run.rows.exclude(verdict=ImportRunRow.Verdict.GONE).count()
        return self.page(form=form, is_table=is_table, rows=rows, notices=_texts(self.run), status=status)


class RunDetailView(RunView):
    """Step 3: the preview; and after that, what the import did."""

    def get_page_title(self) -> str:
        return _("Bekijk wat er verandert") if self.run.state == State.PREVIEWED else _("Wat de import deed")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        busy = lists.busy_with(self.run)
        if busy:
            self.template_name = "zelfregie_groups/admin/import/busy.html"
            return self.page(busy=busy, rows=self.run.rows.count())
        if self.run.state == State.UPLOADED:
            return redirect("groups_import:columns", self.run.pk)
        if self.run.state == State.PREVIEWED:
            return self._preview(request)
        self.template_name = "zelfregie_groups/admin/import/result.html"
        left_out = self.run.rows.filter(verdict=ImportRunRow.Verdict.WRONG).exists()
        return self.page(
            can_undo=self.run.state == State.APPLIED and runs.can_undo(self.run),
            problems=runs.grouped_problems(self.run, blocking=True),
            left_alone=runs.left_alone(self.run),
            has_wrong=left_out,
            waiting=feeds.waiting_runs(self.run.source).first(),
            notices=_texts(self.run),
        )

    def _preview(self, request: HttpRequest) -> HttpResponse:
        self.template_name = "zelfregie_groups/admin/import/preview.html"
        tabs = tabs_of(self.run)
        known = {tab.key: tab for tab in tabs}
        tab = known.get(request.GET.get("soort", "")) or next(iter(tabs), None)
        page = None
        if tab is not None:
            page = WagtailPaginator(rows_of(self.run, tab.key), ROWS_ON_PAGE).get_page(request.GET.get("p"))
        problems = runs.grouped_problems(self.run, blocking=True) if tab and tab.key == "wrong" else []
        return self.page(
            tabs=tabs,
            tab=tab,
            rows_page=page,
            rows=shown(list(page)) if page else [],
            problems=problems,
            has_theme_words=any(problem.column == "themes" for problem in problems),
            plan=plan_of(self.run),
            notices=_texts(self.run),
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the choices on this page; then go where the button says."""
        ids = [int(pk) for pk in request.POST.getlist("row") if pk.isdigit()][:ROWS_ON_PAGE]
        here = f"{self.run_url}?{request.GET.urlencode()}" if request.GET else self.run_url
        try:
            choice, _equals, key = request.POST.get("all", "").partition(":")
            if choice in {"list", "link", "apply", "skip"} and key in {tab.key for tab in tabs_of(self.run)}:
                count = choose_for_all(rows_of(self.run, key), choice)
                sentence = ngettext("Gekozen voor %(count)s regel.", "Gekozen voor %(count)s regels.", count)
                messages.success(request, sentence % {"count": count})
                return redirect(here)
            save_choices(self.run.rows.filter(pk__in=ids), request.POST)
        except ImportProblem as problem:
            messages.error(request, str(problem))
            return redirect(here)
        where = request.POST.get("next", "")
        if where == "apply":
            return redirect("groups_import:apply", self.run.pk)
        if where.isdigit():
            parameters = request.GET.copy()
            parameters["p"] = where
            return redirect(f"{self.run_url}?{parameters.urlencode()}")
        django_messages.success(request, _("Je keuzes zijn bewaard."))
        return redirect(here)


def _texts(run: ImportRun) -> list[str]:
    """What is said about the list as a whole."""
    return [notice["message"] if isinstance(notice, dict) else notice for notice in run.notices]


class ApplyView(RunView):
    """What will happen, and the button that does it."""

    template_name = "zelfregie_groups/admin/import/apply.html"
    page_title = gettext_lazy("Verwerk de lijst")

    def trail(self) -> list[tuple[str, Any]]:
        return [*super().trail(), (self.run_url, _("Bekijk wat er verandert"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.run.state != State.PREVIEWED or lists.busy_with(self.run):
            return redirect(self.run_url)
        tabs = {tab.key: tab for tab in tabs_of(self.run)}
        undecided = rows_of(self.run, "duplicate").filter(decision="").count()
        return self.page(plan=plan_of(self.run), tabs=tabs, undecided=undecided)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            if lists.is_long(self.run) and self.run.state == State.PREVIEWED:
                if lists.mark_busy(self.run, "apply"):
                    apply_import_task.enqueue(self.run.pk, request.user.pk)
            else:
                runs.apply_run(self.run, request.user)
        except ImportProblem as problem:
            messages.warning(request, str(problem))
        else:
            if self.run.state == State.APPLIED:
                messages.success(request, _("De lijst is verwerkt."))
        return redirect(self.run_url)


class UndoView(RunView):
    """Undoing an import as one action."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            if lists.is_long(self.run) and runs.can_undo(self.run):
                if lists.mark_busy(self.run, "undo"):
                    undo_import_task.enqueue(self.run.pk, request.user.pk)
                return redirect(self.run_url)
            runs.undo_run(self.run, request.user)
        except ImportProblem as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("De import is teruggedraaid. De groepen zijn weer zoals ervoor."))
        return redirect(self.run_url)


class DiscardView(RunView):
    """Throwing a version away that was not applied."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        source = reverse("groups_import:source", args=[self.run.source_id])
        if self.run.state in (State.UPLOADED, State.PREVIEWED) and not lists.busy_with(self.run):
            self.run.delete()
            messages.success(request, _("Deze versie is weggegooid. Aan de groepen is niets veranderd."))
        return redirect(source)


class WrongRowsView(RunView):
    """The rows that could not be used, with the reason, as a table to repair and upload again."""

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        name = f"{slugify(self.run.source.name)[:60] or 'lijst'}-verbeteren.csv"
        return StreamingHttpResponse(
            _csv_lines(self.run),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )


class _Echo:
    """A file that gives back what is written to it."""

    @staticmethod
    def write(text: str) -> str:
        return text


def _csv_lines(run: ImportRun) -> Iterator[str]:
    """The table, for Dutch Excel: semicolons, a byte order mark, and no cell that it would take for a formula."""
    writer = csv.writer(_Echo(), delimiter=";")
    columns = list(run.columns)
    yield "\ufeff" + writer.writerow([*map(neutralised, columns), _("wat er niet klopt")])
    rows = run.rows.filter(verdict=ImportRunRow.Verdict.WRONG).order_by("number", "pk")
    for row in rows.iterator(200):
        cells = json.loads(row.cells or "{}")
        reasons = " / ".join(line["message"] for line in row.messages)
        yield writer.writerow([*(neutralised(str(cells.get(name, ""))) for name in columns), neutralised(reasons)])
