package io.codeb.postgresql.internal.script;

import io.codeb.model.TableName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement does, for whoever would do several at a time.
 *
 * @param work what it does
 * @param tables which tables it locks, where it builds something of them
 * @param setting what it sets, where it does nothing else; else empty
 */
public record StatementKind(Work work, List<TableName> tables, String setting) {
    /** What a statement does. */
    public enum Work {
        /** Changes a setting of the session. */
        SETTING,
        /** Builds an index, as others can at the same time. */
        INDEX,
        /** Builds an index while nobody else uses the table. */
        KEY,
        /** Compares two tables, while nobody else changes them. */
        FOREIGN_KEY,
        /** Anything that stands between what was before it and what comes after it. */
        OTHER,
        /** What follows may belong together in ways that nobody sees. */
        CONNECTING
    }

    static final StatementKind OTHER = new StatementKind(Work.OTHER, List.of(), "");
    private static final StatementKind CONNECTING = new StatementKind(Work.CONNECTING, List.of(), "");

    /** Words behind SET or RESET that are no setting, or of more than the session has for itself. */
    private static final Set<String> OF_MORE = Set.of("session", "local", "role", "all", "transaction", "constraints");

    private static final ScriptPattern INDEX = new ScriptPattern("create unique? index NAME on");
    private static final ScriptPattern ADDITION = new ScriptPattern("alter table only NAME . NAME add constraint NAME");
    private static final ScriptPattern SET = new ScriptPattern("set|reset NAME");
    private static final ScriptPattern SET_CONFIG = new ScriptPattern("select pg_catalog . set_config (");

    public StatementKind {
        tables = List.copyOf(tables);
    }

    /** Tells it of a whole statement, from the forms that pg_dump has. */
    static StatementKind of(ScriptTokens tokens) {
        return switch (ScriptRule.of(tokens).kind()) {
            case SETTING -> ofSetting(tokens);
            case BEGIN, COMMIT, ROLLBACK, SAVEPOINT -> CONNECTING;
            case OWNER -> tokens.isWord(0, "set") ? CONNECTING : OTHER;
            case OTHER -> ofBuild(tokens);
            default -> OTHER;
        };
    }

    private static StatementKind ofSetting(ScriptTokens tokens) {
        int config = SET_CONFIG.match(tokens);
        ScriptTokens.Token name = config >= 0 ? tokens.at(config) : SET.match(tokens) >= 0 ? tokens.at(1) : null;
        boolean known = name != null && !OF_MORE.contains(name.text());
        return known && name != null ? new StatementKind(Work.SETTING, List.of(), name.text()) : CONNECTING;
    }

    private static StatementKind ofBuild(ScriptTokens tokens) {
        int on = INDEX.match(tokens);
        if (on >= 0) {
            // Of the index of a partitioned table alone there is nothing to build.
            TableName table = table(tokens, on);
            return table == null ? OTHER : new StatementKind(Work.INDEX, List.of(table), "");
        }
        int constraint = ADDITION.match(tokens);
        TableName table = constraint >= 0 ? table(tokens, 3) : null;
        if (table == null) {
            return OTHER;
        }
        if (tokens.isWord(constraint, "primary")
                || tokens.isWord(constraint, "unique")
                || tokens.isWord(constraint, "exclude")) {
            return new StatementKind(Work.KEY, List.of(table), "");
        }
        int references = tokens.isWord(constraint, "foreign") ? tokens.indexOf(constraint, "references") : -1;
        TableName other = references < 0 ? null : table(tokens, references + 1);
        return other == null ? OTHER : new StatementKind(Work.FOREIGN_KEY, List.of(table, other), "");
    }

    private static @Nullable TableName table(ScriptTokens tokens, int at) {
        ScriptTokens.Token schema = tokens.at(at);
        ScriptTokens.Token name = tokens.at(at + 2);
        if (schema == null || !schema.isName() || !tokens.isSymbol(at + 1, '.') || name == null || !name.isName()) {
            return null;
        }
        return new TableName(schema.text(), name.text());
    }

    /** Whether it locks a table in a way that another one must not at the same time. */
    public boolean conflictsWith(StatementKind other) {
        boolean together = work == Work.INDEX && other.work == Work.INDEX;
        return !together && tables.stream().anyMatch(other.tables::contains);
    }
}
