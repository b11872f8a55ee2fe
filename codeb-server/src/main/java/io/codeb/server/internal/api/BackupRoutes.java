package io.codeb.server.internal.api;

import io.codeb.Backup;
import io.codeb.BackupListing;
import io.codeb.BackupQuery;
import io.codeb.BackupRequest;
import io.codeb.CatalogService;
import io.codeb.CodeB;
import io.codeb.DrillRequest;
import io.codeb.ExportRequest;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.json.BackedUp;
import io.codeb.json.BackupView;
import io.codeb.json.Drilled;
import io.codeb.json.Pinned;
import io.codeb.json.Shown;
import io.codeb.json.UnreadableView;
import io.codeb.json.VerifiedBackup;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.server.Role;
import io.codeb.server.internal.api.Answers.BackupPage;
import io.codeb.server.internal.api.Bodies.BackupOrder;
import io.codeb.server.internal.api.Bodies.DrillOrder;
import io.codeb.server.internal.api.Bodies.PinOrder;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Parameter;
import io.codeb.server.internal.http.Refusal;
import io.codeb.server.internal.http.Route;
import io.codeb.server.internal.operations.OperationView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stored backups. */
final class BackupRoutes {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    private static final Parameter REPOSITORY = Parameter.query(
            "repository", Parameter.Type.STRING, "In which repository; in the project's own without it.");

    private final CodeB codeb;
    private final Served served;
    private final OperationRoutes operations;
    private final Downloads downloads;

    BackupRoutes(Served served, OperationRoutes operations, Downloads downloads) {
        this.downloads = downloads;
        this.codeb = served.codeb();
        this.served = served;
        this.operations = operations;
    }

    List<Route> all() {
        String project = "/api/projects/{name}";
        String backups = project + "/backups";
        String backup = backups + "/{id}";
        return List.of(
                Route.get(backups, Access.LOOK, "Lists backups, the newest first.", this::list)
                        .with(REPOSITORY)
                        .with(Parameter.query("limit", Parameter.Type.INTEGER, "How many on a page; 100 without it."))
                        .with(Parameter.query("after", Parameter.Type.STRING, "What the page before has as next."))
                        .answering(200, BackupPage.class),
                Route.post(backups, Access.BACK_UP, "Makes a backup.", this::create)
                        .with(OperationRoutes.KEY)
                        .reading(BackupOrder.class)
                        .answering(202, OperationView.class),
                Route.get(backup, Access.LOOK, "Shows all that is on record of a backup.", this::show)
                        .with(REPOSITORY)
                        .answering(200, Shown.class),
                Route.delete(backup, Access.ADMINISTER, "Deletes a backup.", this::delete)
                        .with(REPOSITORY),
                Route.get(backup + "/download", Access.BACK_UP, "Sends a backup's dump as SQL.", this::download)
                        .with(REPOSITORY)
                        .with(DumpFormat.PARAMETER)
                        .answering(Route.BYTES),
                Route.post(backup + "/verify", Access.BACK_UP, "Reads a backup whole and compares it.", this::verify)
                        .with(REPOSITORY)
                        .with(OperationRoutes.KEY)
                        .answering(202, OperationView.class),
                Route.post(
                                project + "/drills",
                                Access.RESTORE,
                                "Restores a backup for proof, and drops it.",
                                this::drill)
                        .with(OperationRoutes.KEY)
                        .reading(DrillOrder.class)
                        .answering(202, OperationView.class),
                Route.put(backup + "/pin", Access.BACK_UP, "Keeps a backup, whatever a policy says.", this::pin)
                        .with(REPOSITORY)
                        .reading(PinOrder.class)
                        .answering(200, Pinned.class),
                Route.delete(backup + "/pin", Access.BACK_UP, "Keeps a backup no more.", this::unpin)
                        .with(REPOSITORY));
    }

    private CatalogService catalog(Exchange exchange) {
        return codeb.catalog().in(repository(exchange));
    }

    private String repository(Exchange exchange) {
        return served.repository(exchange.project(), exchange.query("repository"));
    }

    private BackupRef ref(Exchange exchange) {
        String id = exchange.path("id");
        if (!BackupId.isValid(id)) {
            throw Refusal.NOT_FOUND.because("backup-unknown");
        }
        return new BackupRef(repository(exchange), exchange.project(), new BackupId(id));
    }

    private Answer list(Exchange exchange) {
        int limit = exchange.number("limit", PAGE, 1, LARGEST_PAGE);
        String after = exchange.query("after").orElse("");
        BackupListing listing = catalog(exchange).list(BackupQuery.of(exchange.project()));
        List<Backup> newest = new ArrayList<>(listing.backups());
        Collections.reverse(newest);
        List<BackupView> page = newest.stream()
                .filter(backup -> after.isEmpty() || backup.id().value().compareTo(after) < 0)
                .limit(limit + 1L)
                .map(BackupView::of)
                .toList();
        boolean more = page.size() > limit;
        List<BackupView> shown = more ? page.subList(0, limit) : page;
        return Answer.json(
                200,
                new BackupPage(
                        shown,
                        after.isEmpty()
                                ? listing.unreadable().stream()
                                        .map(UnreadableView::of)
                                        .toList()
                                : List.of(),
                        more ? shown.get(limit - 1).id() : null));
    }

    private Answer create(Exchange exchange) throws IOException {
        BackupOrder order = exchange.body(BackupOrder.class);
        BackupRequest request = request(served.backupOf(exchange.project()), order);
        return operations.begin(
                exchange, "backup", order.toString(), going -> BackedUp.of(going.follow(() -> codeb.start(request))));
    }

    private BackupRequest request(BackupRequest of, BackupOrder order) {
        boolean schemaOnly = Boolean.TRUE.equals(order.schemaOnly());
        boolean dataOnly = Boolean.TRUE.equals(order.dataOnly());
        if (schemaOnly && dataOnly) {
            throw Refusal.REQUEST_INVALID.because("selection-nothing");
        }
        BackupRequest request = order.repository() == null
                ? of
                : of.to(served.repository(of.project(), Optional.of(order.repository())));
        request = schemaOnly ? request.schemaOnly() : dataOnly ? request.dataOnly() : request;
        request = order.tables() == null ? request : request.tables(texts(order.tables()));
        request = order.withoutTables() == null ? request : request.withoutTables(texts(order.withoutTables()));
        request = Boolean.TRUE.equals(order.globals()) ? request.withGlobals() : request;
        if (order.labels() != null) {
            texts(order.labels().values());
            for (Map.Entry<String, String> label : order.labels().entrySet()) {
                request = request.label(label.getKey(), label.getValue());
            }
        }
        return request;
    }

    private static String[] texts(Collection<@Nullable String> given) {
        for (String text : given) {
            if (text == null) {
                throw Refusal.REQUEST_INVALID.because("text-null");
            }
        }
        return given.toArray(String[]::new);
    }

    private Answer show(Exchange exchange) {
        BackupRef ref = ref(exchange);
        Shown shown = catalog(exchange).list(ref.project()).stream()
                .filter(backup -> backup.ref().equals(ref))
                .findFirst()
                .map(Shown::of)
                .orElseGet(() -> Shown.of(Backup.of(ref, codeb.catalog().read(ref))));
        return Answer.json(200, shown);
    }

    private Answer delete(Exchange exchange) {
        codeb.catalog().delete(ref(exchange));
        return Answer.nothing();
    }

    private Answer download(Exchange exchange) {
        BackupRef ref = ref(exchange);
        DumpFormat format = DumpFormat.of(exchange);
        long rows = codeb.catalog().read(ref).totalRows();
        return downloads.of(format.type(), ref.project() + "-" + ref.id() + format.extension(), out -> {
            codeb.catalog().export(ref, new ExportRequest(EntryKind.DUMP, format.codec(), out));
            return Map.of("CodeB-Rows", Long.toString(rows));
        });
    }

    private Answer verify(Exchange exchange) {
        BackupRef ref = existing(exchange);
        return operations.begin(
                exchange,
                "verify",
                "",
                going -> VerifiedBackup.of(codeb.catalog().verify(ref, going.cancellation())));
    }

    private BackupRef existing(Exchange exchange) {
        BackupRef ref = ref(exchange);
        try {
            codeb.catalog().read(ref);
        } catch (StorageException e) {
            if (e.code() == ErrorCode.BACKUP_NOT_FOUND) {
                throw e;
            }
        }
        return ref;
    }

    private Answer drill(Exchange exchange) throws IOException {
        String project = served.backupOf(exchange.project()).project();
        String text = exchange.body(DrillOrder.class).backup();
        BackupRef ref = text == null ? served.newest(project) : served.ref(project, text);
        exchange.require(Role.RESTORE, ref.project());
        Manifest unused = codeb.catalog().read(ref);
        DrillRequest request = DrillRequest.of(ref);
        return operations.begin(
                exchange, "drill", ref.toString(), going -> Drilled.of(going.follow(() -> codeb.start(request))));
    }

    private Answer pin(Exchange exchange) throws IOException {
        BackupRef ref = ref(exchange);
        return Answer.json(
                200,
                Pinned.of(
                        ref,
                        codeb.catalog().pin(ref, exchange.body(PinOrder.class).reason())));
    }

    private Answer unpin(Exchange exchange) {
        codeb.catalog().unpin(ref(exchange));
        return Answer.nothing();
    }
}
