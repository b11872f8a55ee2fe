package io.codeb.server.internal.api;

import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.DumpRequest;
import io.codeb.DumpResult;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Parameter;
import io.codeb.server.internal.http.Refusal;
import io.codeb.server.internal.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Dumps that are made while they are sent. */
final class DumpRoutes {
    private final CodeB codeb;
    private final Served served;
    private final Downloads downloads;

    DumpRoutes(Served served, Downloads downloads) {
        this.codeb = served.codeb();
        this.served = served;
        this.downloads = downloads;
    }

    List<Route> all() {
        return List.of(Route.get(
                        "/api/projects/{name}/db/backup",
                        Access.BACK_UP,
                        "Dumps the database now, and sends the dump; nothing is stored.",
                        this::dump)
                .with(DumpFormat.PARAMETER)
                .with(Parameter.query("schemaOnly", Parameter.Type.BOOLEAN, "The definitions only."))
                .with(Parameter.query("dataOnly", Parameter.Type.BOOLEAN, "The rows only."))
                .with(Parameter.query(
                        "tables", Parameter.Type.STRING, "Only tables that match one of these, with commas between."))
                .answering(Route.BYTES));
    }

    private Answer dump(Exchange exchange) {
        BackupRequest of = served.backupOf(exchange.project());
        boolean schemaOnly = exchange.flag("schemaOnly");
        boolean dataOnly = exchange.flag("dataOnly");
        if (schemaOnly && dataOnly) {
            throw Refusal.REQUEST_INVALID.because("selection-nothing");
        }
        BackupRequest selected = schemaOnly ? of.schemaOnly() : dataOnly ? of.dataOnly() : of;
        Optional<String> tables = exchange.query("tables");
        BackupRequest database = tables.map(patterns -> selected.tables(patterns.split(",", -1)))
                .orElse(selected)
                .sql();
        DumpFormat format = DumpFormat.of(exchange);
        return downloads.of(format.type(), exchange.project() + format.extension(), out -> {
            DumpResult result = codeb.databases().dump(new DumpRequest(database, format.codec(), out));
            return Map.of("CodeB-Rows", Long.toString(result.totalRows()));
        });
    }
}
