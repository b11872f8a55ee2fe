package io.codeb.postgresql.internal.script;

import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a script holds, as far as it would be run.
 *
 * @param databases the databases that it names as its own, in the order of the script
 * @param creation the options of CREATE DATABASE of the one that is loaded: encoding, locale_provider, lc_collate …
 * @param roles that must exist: owners, and those to whom something is granted
 * @param tablespaces that must exist
 * @param promises what else will be there when it has run
 * @param makesObjects whether it makes anything at all
 * @param rowsOnly whether it fills tables and defines nothing, so that the tables must be there
 * @param filled the tables that it fills by COPY or INSERT
 * @param countable whether rows come from COPY only, and stay
 * @param rows of each table, from COPY
 */
public record ScriptFacts(
        List<String> databases,
        Map<String, String> creation,
        Set<String> roles,
        Set<String> tablespaces,
        ScriptPromises promises,
        boolean makesObjects,
        boolean rowsOnly,
        Set<TableName> filled,
        boolean countable,
        List<TableRows> rows) {
    public ScriptFacts {
        databases = List.copyOf(databases);
        creation = Map.copyOf(creation);
        roles = Set.copyOf(roles);
        tablespaces = Set.copyOf(tablespaces);
        filled = Set.copyOf(filled);
        rows = List.copyOf(rows);
    }

    /** The extensions that it makes. */
    public Set<String> extensions() {
        return promises.extensions();
    }
}
