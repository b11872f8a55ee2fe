package io.codeb.postgresql.internal.script;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Reach;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says what becomes of each statement of a script, before any of it is run. Follows for that what statements before it
 * did: which database of the script is at hand, and whether a transaction is open.
 *
 * <p>{@code pg_dump --create} writes DROP DATABASE and CREATE DATABASE, then {@code \connect}; pg_dumpall writes that
 * for each database. Those are never run: the database is there already, under the name that the caller wants. They
 * wait until {@code \connect} of that name shows that they are of that kind.
 */
final class ScriptJudge {
    private static final byte[] FRESH_SESSION =
            ("SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET search_path; RESET client_encoding;"
                            + " RESET default_tablespace; RESET default_transaction_read_only;"
                            + " SET standard_conforming_strings = on;")
                    .getBytes(StandardCharsets.US_ASCII);

    /** There is no such table, column, function, schema or other object, or something built in depends on it. */
    private static final Set<String> MISSING = Set.of("42P01", "42703", "42704", "42883", "3F000", "2BP01");

    /** How statements of pg_dump's begin among rows, besides settings, transactions and INSERT. It defines nothing. */
    private static final List<ScriptPattern> AMONG_ROWS = patterns(
            "copy",
            "select",
            "set session authorization",
            "refresh materialized view",
            "alter large object",
            "comment on large object",
            "grant|revoke ... on large object",
            "security label ... on large object",
            "analyze|vacuum");

    /** Whole statements of that kind. */
    private static final List<ScriptPattern> AROUND_ROWS = patterns(
            "alter table only? NAME disable|enable trigger all",
            "alter table only? NAME . NAME disable|enable trigger all");

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final Map<String, Integer> SETTING_SINCE = Map.of(
            "idle_session_timeout", 14,
            "default_toast_compression", 14,
            "transaction_timeout", 17,
            "event_triggers", 17);

    private final ScriptRules rules;
    private final ScriptStatement statement;
    private final ScriptTransaction transaction = new ScriptTransaction();

    private final ClusterRoles clusterRoles;

    private final Set<String> databases = new LinkedHashSet<>();
    private @Nullable String connected;
    private boolean loaded;
    private boolean ordinary;
    private @Nullable Pending pending;

    private final Set<String> roles = new LinkedHashSet<>();
    private final Set<String> tablespaces = new LinkedHashSet<>();
    private final Set<String> extensions = new LinkedHashSet<>();
    private final PromiseReader promises = new PromiseReader();
    private Map<String, String> creation = Map.of();
    private boolean makesObjects;
    private boolean countable = true;
    private boolean doesMoreThanFill;
    private final Set<TableName> inserted = new LinkedHashSet<>();

    /** Statements on a database that the script has not connected to yet. */
    private static final class Pending {
        private final String database;
        private final String what;
        private final long line;
        private Map<String, String> creation = Map.of();
        private final ByteArrayOutputStream changes = new ByteArrayOutputStream();

        Pending(String database, String what, long line) {
            this.database = database;
            this.what = what;
            this.line = line;
        }
    }

    ScriptJudge(ScriptRules rules, ScriptStatement statement) {
        this.rules = rules;
        this.statement = statement;
        this.clusterRoles = new ClusterRoles(rules);
    }

    /** Whether what is at hand is of a database that is not wanted, or of none. */
    boolean skips() {
        String chosen = rules.options().sourceDatabase();
        if (statement.isOfCluster()) {
            return chosen == null || !chosen.equals(connected);
        }
        return chosen != null && connected != null && !chosen.equals(connected);
    }

    /** Judges a statement that changes rows and nothing else, by its target and by what it calls. */
    ScriptVerdict judgeChange() {
        if (skips()) {
            return ScriptVerdict.OMIT;
        }
        refusePending();
        ordinary();
        makesObjects = true;
        countable = false;
        TableName table = statement.insertedInto();
        if (table == null) {
            doesMoreThanFill = true;
        } else {
            inserted.add(table);
        }
        return judgeCalls(ScriptRule.OTHER);
    }

    /** Judges a statement that is too long to be held, by its beginning. What follows is judged at its end. */
    ScriptVerdict judgeBeginning(ScriptTokens tokens, long line) {
        if (skips()) {
            return ScriptVerdict.OMIT;
        }
        ScriptRule rule = ScriptRule.of(tokens);
        return switch (rule.kind()) {
            case CODE, BLOCK, POLICY, OTHER -> {
                refusePending();
                ordinary();
                makesObjects = true;
                doesMoreThanFill = true;
                promises.read(tokens, false);
                yield judgeCalls(rule);
            }
            case BEYOND -> judge(tokens, line);
            default ->
                throw new EngineException(
                        ErrorCode.DUMP_UNSAFE,
                        "line " + line + " of the script has a statement that is too long to be judged: "
                                + tokens.head(3),
                        "no dump has such a statement");
        };
    }

    /** Judges a whole statement. */
    ScriptVerdict judge(ScriptTokens tokens, long line) {
        ScriptRule rule = ScriptRule.of(tokens);
        ScriptRule.Kind kind = rule.kind();
        if (kind == ScriptRule.Kind.CREATE_DATABASE || kind == ScriptRule.Kind.DROP_DATABASE) {
            return await(name(rule, tokens), tokens, line, kind == ScriptRule.Kind.CREATE_DATABASE);
        }
        if (kind == ScriptRule.Kind.DATABASE) {
            return judgeDatabase(rule, tokens, line);
        }
        if (skips()) {
            return bringsRoles() ? judgeGlobal(kind, tokens) : ScriptVerdict.OMIT;
        }
        switch (kind) {
            case SETTING -> {
                return judgeSetting(tokens);
            }
            case BEGIN -> {
                transaction.begin(line);
                return rules.oneTransaction() ? ScriptVerdict.OMIT : ScriptVerdict.PASS;
            }
            case COMMIT -> {
                transaction.end(chains(tokens), line);
                return rules.oneTransaction() ? ScriptVerdict.OMIT : ScriptVerdict.PASS;
            }
            case ROLLBACK -> {
                if (rules.oneTransaction()) {
                    throw endsTransaction(line);
                }
                transaction.end(chains(tokens), line);
                return ScriptVerdict.PASS;
            }
            case SAVEPOINT -> {
                return ScriptVerdict.PASS;
            }
            default -> {
                refusePending();
                ordinary();
            }
        }
        if (rule.reach() != null) {
            return beyond(tokens.head(3), rule.reach());
        }
        if (kind == ScriptRule.Kind.BLOCK) {
            int language = tokens.indexOf(0, "language");
            ScriptTokens.Token name = language < 0 ? null : tokens.at(language + 1);
            if (name != null && !name.text().equalsIgnoreCase("plpgsql")) {
                return beyond("a DO block in " + name.text(), Reach.SERVER_FILES);
            }
        }
        Reach changed = changedCatalog(tokens);
        if (changed != null) {
            return beyond("a change of a catalog that all databases share", changed);
        }
        ScriptVerdict calls = judgeCalls(rule);
        return calls == ScriptVerdict.PASS ? judgeObject(rule, tokens) : calls;
    }

    /** Whether what is at hand stands in front of the databases of a whole server, and roles are wanted of it. */
    private boolean bringsRoles() {
        return statement.isOfCluster()
                && connected == null
                && rules.options().sourceDatabase() != null
                && rules.allows(Reach.ROLES);
    }

    private ScriptVerdict judgeGlobal(ScriptRule.Kind kind, ScriptTokens tokens) {
        return switch (kind) {
            case SETTING -> judgeSetting(tokens);
            case BEYOND -> clusterRoles.judge(tokens);
            default -> ScriptVerdict.OMIT;
        };
    }

    private ScriptVerdict judgeSetting(ScriptTokens tokens) {
        if (isUnknownSetting(tokens)) {
            return ScriptVerdict.OMIT;
        }
        if (tokens.isWord(0, "set") && tokens.isWord(1, "default_tablespace")) {
            ScriptTokens.Token value = tokens.at(3);
            if (!rules.options().tablespaces()) {
                return ScriptVerdict.OMIT;
            }
            if (value != null && !value.text().isEmpty() && !value.isSymbol(';')) {
                tablespaces.add(value.text());
            }
        }
        return ScriptVerdict.PASS;
    }

    /** Judges what stays in the database, by what the caller wants of it and by what may fail without harm. */
    private ScriptVerdict judgeObject(ScriptRule rule, ScriptTokens tokens) {
        doesMoreThanFill = doesMoreThanFill || !isAmongRows(tokens);
        SortedMap<Integer, ScriptTokens.Replacement> changes = new TreeMap<>();
        switch (rule.kind()) {
            case OWNER -> {
                if (!rules.options().owners()) {
                    return ScriptVerdict.OMIT;
                }
                mapRoles(tokens, changes);
            }
            case PRIVILEGE -> {
                if (!rules.options().privileges()) {
                    return ScriptVerdict.OMIT;
                }
                mapRoles(tokens, changes);
            }
            case POLICY -> {
                makesObjects = true;
                mapRoles(tokens, changes);
            }
            case EXTENSION_COMMENT -> {
                return new ScriptVerdict.Tolerate(Set.of("42501", "42704"), tokens.head(4));
            }
            case BUILT_IN -> {
                ScriptTokens.Token what = tokens.at(1);
                if (what != null) {
                    changes.put(what.from(), new ScriptTokens.Replacement(what, what.text() + " IF NOT EXISTS"));
                }
            }
            case EXTENSION -> {
                extensions.add(name(rule, tokens));
                makesObjects = true;
            }
            case DROP -> {
                boolean asked = tokens.indexOf(1, "if", "exists") > 0 && !tokens.isWord(1, "schema");
                if (!makesObjects && !asked) {
                    return new ScriptVerdict.Tolerate(MISSING, tokens.head(6));
                }
                countable &= tokens.isWord(0, "alter");
            }
            default -> {
                boolean makesRows = makesRows(tokens);
                makesObjects |= !tokens.isWord(0, "select") || makesRows;
                countable &= !makesRows && !tokens.isWord(0, "truncate");
                promises.read(tokens, true);
                dropTablespaces(tokens, changes);
            }
        }
        return changes.isEmpty() ? ScriptVerdict.PASS : new ScriptVerdict.Replace(tokens.replace(changes));
    }

    private static boolean isAmongRows(ScriptTokens tokens) {
        return (AMONG_ROWS.stream().anyMatch(pattern -> pattern.match(tokens) >= 0) && !makesRows(tokens))
                || AROUND_ROWS.stream().anyMatch(pattern -> pattern.match(tokens) == tokens.size());
    }

    private static List<ScriptPattern> patterns(String... synopses) {
        return Stream.of(synopses).map(ScriptPattern::new).toList();
    }

    /**
     * Whether a query fills a table: CREATE TABLE … AS, SELECT … INTO, EXECUTE, and WITH, which may change rows too.
     */
    private static boolean makesRows(ScriptTokens tokens) {
        if (tokens.isWord(0, "with") || tokens.isWord(0, "execute") || tokens.isWord(0, "call")) {
            return true;
        }
        int table = tokens.isWord(0, "create") ? tokens.indexOf(1, "table") : -1;
        boolean createsTable = table > 0 && table <= 3;
        boolean selects = tokens.isWord(0, "select");
        int depth = 0;
        for (int i = 0; i < tokens.size(); i++) {
            depth += tokens.isSymbol(i, '(') ? 1 : tokens.isSymbol(i, ')') ? -1 : 0;
            boolean fills = (selects && tokens.isWord(i, "into")) || (createsTable && tokens.isWord(i, "as"));
            if (depth == 0 && fills) {
                return true;
            }
        }
        return false;
    }

    private void mapRoles(ScriptTokens tokens, SortedMap<Integer, ScriptTokens.Replacement> changes) {
        for (ScriptTokens.Token role : ScriptRoles.in(tokens)) {
            String other = rules.options().roles().get(role.text());
            roles.add(other == null ? role.text() : other);
            if (other != null) {
                String text =
                        role.kind() == ScriptTokens.Kind.LITERAL ? SqlText.literal(other) : SqlText.identifier(other);
                changes.put(role.from(), new ScriptTokens.Replacement(role, text));
            }
        }
    }

    /** Takes TABLESPACE clauses out, which stand behind all parentheses or behind USING INDEX. */
    private void dropTablespaces(ScriptTokens tokens, SortedMap<Integer, ScriptTokens.Replacement> changes) {
        if (!tokens.isWord(0, "create") && !tokens.isWord(0, "alter")) {
            return;
        }
        int depth = 0;
        for (int i = 1; i < tokens.size(); i++) {
            depth += tokens.isSymbol(i, '(') ? 1 : tokens.isSymbol(i, ')') ? -1 : 0;
            ScriptTokens.Token word = tokens.at(i);
            ScriptTokens.Token name = tokens.at(i + 1);
            boolean clause = tokens.isWord(i, "tablespace")
                    && (depth == 0 || tokens.isWord(i - 1, "index"))
                    && !tokens.isWord(i - 1, "set");
            if (!clause || word == null || name == null || !name.isName()) {
                continue;
            }
            if (rules.options().tablespaces()) {
                tablespaces.add(name.text());
                continue;
            }
            changes.put(word.from(), new ScriptTokens.Replacement(word, ""));
            changes.put(name.from(), new ScriptTokens.Replacement(name, ""));
            ScriptTokens.Token index = tokens.at(i - 1);
            ScriptTokens.Token using = tokens.at(i - 2);
            if (depth > 0 && index != null && using != null) {
                changes.put(index.from(), new ScriptTokens.Replacement(index, ""));
                changes.put(using.from(), new ScriptTokens.Replacement(using, ""));
            }
        }
    }

    /** What there is to be told now, as one sentence; null for nothing. */
    @Nullable
    String notice() {
        return clusterRoles.notice();
    }

    /** The roles that must be there before. Any other script that may make roles can do so where nobody sees it. */
    private Set<String> rolesNeeded() {
        if (!rules.allows(Reach.ROLES)) {
            return roles;
        }
        Set<String> needed = new LinkedHashSet<>(statement.isOfCluster() ? roles : Set.of());
        needed.removeAll(clusterRoles.made());
        return needed;
    }

    /** What the script holds, but for the rows. */
    ScriptFacts facts(List<TableRows> rows) {
        Set<TableName> filled = new LinkedHashSet<>(inserted);
        rows.forEach(table -> filled.add(table.table()));
        return new ScriptFacts(
                List.copyOf(databases),
                creation,
                rolesNeeded(),
                tablespaces,
                promises.promises(extensions),
                makesObjects || !rows.isEmpty(),
                !doesMoreThanFill && !filled.isEmpty(),
                filled,
                countable,
                rows);
    }

    private ScriptVerdict judgeCalls(ScriptRule rule) {
        ScriptVerdict.Refuse reaches = statement.reaches();
        boolean calls = !rule.callsNothing() && !rules.ownBackup();
        return reaches != null && calls ? beyond(reaches.what(), reaches.reach()) : ScriptVerdict.PASS;
    }

    /** Judges what has become of a long statement whose beginning was passed. */
    ScriptVerdict judgeRest(boolean code) {
        return code ? ScriptVerdict.PASS : judgeCalls(ScriptRule.OTHER);
    }

    private ScriptVerdict beyond(String what, Reach reach) {
        return rules.allows(reach) ? ScriptVerdict.PASS : new ScriptVerdict.Refuse(what, reach);
    }

    /** A newer pg_dump sets these whatever the server's version; an older server has nothing that they could change. */
    private boolean isUnknownSetting(ScriptTokens tokens) {
        ScriptTokens.Token name = tokens.at(1);
        return tokens.isWord(0, "set")
                && name != null
                && SETTING_SINCE.getOrDefault(name.text(), 0) > rules.serverMajor();
    }

    private static boolean chains(ScriptTokens tokens) {
        return tokens.indexOf(1, "and", "chain") > 0;
    }

    /** Finds UPDATE, INSERT or DELETE of a shared catalog within another statement. */
    private static @Nullable Reach changedCatalog(ScriptTokens tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            boolean target = tokens.isWord(i, "update")
                    || tokens.isWord(i, "into")
                    || (tokens.isWord(i, "from") && tokens.isWord(i - 1, "delete"));
            int name = i + 1;
            if (tokens.isWord(name, "only")) {
                name++;
            }
            if (tokens.isSymbol(name + 1, '.')) {
                name += 2;
            }
            ScriptTokens.Token table = tokens.at(name);
            Reach reach = target && table != null && table.isName() ? ScriptCalls.ofCatalog(table.text()) : null;
            if (reach != null) {
                return reach;
            }
        }
        return null;
    }

    private void ordinary() {
        ordinary = true;
        loaded = true;
        if (connected != null) {
            databases.add(connected);
        }
    }

    // ---- databases

    private static String name(ScriptRule rule, ScriptTokens tokens) {
        ScriptTokens.Token name = tokens.at(rule.lastName(tokens));
        if (name == null) {
            throw new IllegalStateException("a rule that matched has its name");
        }
        return name.text();
    }

    private ScriptVerdict await(String database, ScriptTokens tokens, long line, boolean create) {
        if (statement.isOfCluster() && skips() && !create) {
            return ScriptVerdict.OMIT;
        }
        if (pending != null && !pending.database.equals(database)) {
            refusePending();
        }
        if (pending == null) {
            pending = new Pending(database, tokens.head(5), line);
        }
        if (create) {
            pending.creation = options(tokens);
        }
        return ScriptVerdict.OMIT;
    }

    /** The options of CREATE DATABASE, by their names in lower case. */
    private static Map<String, String> options(ScriptTokens tokens) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 3; i + 1 < tokens.size(); i++) {
            ScriptTokens.Token name = tokens.at(i - 1);
            ScriptTokens.Token value = tokens.at(i + 1);
            if (tokens.isSymbol(i, '=') && name != null && value != null) {
                options.put(name.text().toLowerCase(Locale.ROOT), value.text());
            }
        }
        return options;
    }

    private ScriptVerdict judgeDatabase(ScriptRule rule, ScriptTokens tokens, long line) {
        String database = name(rule, tokens);
        if (pending != null && pending.database.equals(database)) {
            ByteBuffer change = ownDatabase(rule, tokens);
            byte[] bytes = new byte[change.remaining()];
            change.get(bytes);
            pending.changes.writeBytes(bytes);
            return ScriptVerdict.OMIT;
        }
        if (skips()) {
            return ScriptVerdict.OMIT;
        }
        refusePending();
        if (database.equals(connected)) {
            return new ScriptVerdict.Replace(ownDatabase(rule, tokens));
        }
        if (connected == null && tokens.isWord(0, "comment")) {
            return new ScriptVerdict.Omit("the comment on database " + database + " in line " + line + " is left out");
        }
        return beyond(tokens.head(5), Reach.DATABASES);
    }

    /** The statement with the name of the database that is loaded, or nothing where it cannot be run here. */
    private ByteBuffer ownDatabase(ScriptRule rule, ScriptTokens tokens) {
        int index = rule.lastName(tokens);
        boolean impossible = tokens.isWord(index + 1, "rename")
                || tokens.isWord(index + 1, "is_template")
                || tokens.isWord(index + 1, "allow_connections")
                || tokens.indexOf(index + 1, "set", "tablespace") == index + 1;
        ScriptTokens.Token name = tokens.at(index);
        boolean unwanted =
                (tokens.isWord(index + 1, "owner") && !rules.options().owners())
                        || (!tokens.isWord(0, "alter")
                                && tokens.indexOf(1, "on", "database") > 0
                                && isPrivilege(tokens)
                                && !rules.options().privileges());
        if (impossible || unwanted || name == null) {
            return NOTHING;
        }
        SortedMap<Integer, ScriptTokens.Replacement> changes = new TreeMap<>();
        if (tokens.isWord(index + 1, "owner") || isPrivilege(tokens)) {
            mapRoles(tokens, changes);
        }
        changes.put(name.from(), new ScriptTokens.Replacement(name, SqlText.identifier(rules.database())));
        return tokens.replace(changes);
    }

    private static boolean isPrivilege(ScriptTokens tokens) {
        return tokens.isWord(0, "grant") || tokens.isWord(0, "revoke");
    }

    /** Refuses statements on a database that the script does not go on to fill. */
    private void refusePending() {
        Pending waiting = pending;
        if (waiting == null) {
            return;
        }
        if (statement.isOfCluster()) {
            pending = null;
            return;
        }
        throw new EngineException(
                ErrorCode.DUMP_UNSAFE,
                "line " + waiting.line + " of the script has " + waiting.what
                        + ", and the script does not connect to that database then",
                "a restore makes the database that it fills, and no script makes or drops another one");
    }

    /**
     * Judges {@code \connect}.
     *
     * @return what is run in its place, if anything
     */
    ByteBuffer connect(String database, long line) {
        refuseOpenTransaction();
        Pending waiting = pending;
        if (waiting != null && !waiting.database.equals(database)) {
            refusePending();
        }
        pending = null;
        if (!statement.isOfCluster() && !database.equals(connected) && ordinary) {
            if (connected == null) {
                throw new EngineException(
                        ErrorCode.DUMP_UNSAFE,
                        "line " + line + " of the script goes on in database " + database,
                        "a script may fill one database; split it");
            }
            if (rules.options().sourceDatabase() == null) {
                databases.add(database);
                throw manyDatabases();
            }
        }
        connected = database;
        ordinary = false;
        if (waiting != null || statement.isOfCluster()) {
            databases.add(database);
        }
        statement.resetSettings();
        if (skips()) {
            return NOTHING;
        }
        ByteArrayOutputStream changes = new ByteArrayOutputStream();
        changes.writeBytes(clusterRoles.commit().getBytes(StandardCharsets.US_ASCII));
        changes.writeBytes(FRESH_SESSION);
        if (waiting != null) {
            creation = waiting.creation;
            changes.writeBytes(waiting.changes.toByteArray());
        }
        return ByteBuffer.wrap(changes.toByteArray());
    }

    /**
     * Takes the script's end.
     *
     * @throws IntegrityException {@code TRUNCATED} when a transaction is open
     * @throws EngineException when the script is not of the one database that is wanted
     */
    void finish() {
        refusePending();
        refuseOpenTransaction();
        String chosen = rules.options().sourceDatabase();
        if (statement.isOfCluster() && databases.isEmpty()) {
            throw new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    "the script has roles and other globals of a server, and no database",
                    "it was made with pg_dumpall --globals-only; run it with psql, and restore the dump of a database");
        }
        if (statement.isOfCluster() && chosen == null) {
            throw manyDatabases();
        }
        if (chosen != null && !chosen.equals(connected) && !(loaded && databases.contains(chosen))) {
            throw new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    "the script has no database " + chosen
                            + (databases.isEmpty() ? ": it names none" : ", but " + String.join(", ", databases)),
                    "choose one of those with fromDatabase(…)");
        }
    }

    private EngineException manyDatabases() {
        return new EngineException(
                ErrorCode.DUMP_UNRECOGNIZED,
                (statement.isOfCluster() ? "the script is of a whole server, with database" : "the script has database")
                        + (databases.size() == 1 ? " " : "s ")
                        + String.join(", ", databases),
                "choose one of them with fromDatabase(…)");
    }

    private void refuseOpenTransaction() {
        if (transaction.begunInLine() > 0) {
            throw new IntegrityException(
                    ErrorCode.TRUNCATED,
                    "the script leaves a transaction open that began in line " + transaction.begunInLine(),
                    "the script was cut, or its COMMIT was forgotten: nothing of the transaction would be kept");
        }
    }

    private static EngineException endsTransaction(long line) {
        return new EngineException(
                ErrorCode.DUMP_UNSAFE,
                "line " + line + " of the script would undo the transaction that it is restored in",
                "restore it into a new database");
    }

    /** The error for a statement that reaches beyond the database. */
    static EngineException refused(String what, Reach reach, long line) {
        return new EngineException(
                ErrorCode.DUMP_UNSAFE,
                "line " + line + " of the script has " + what + ", which reaches " + reach.text(),
                "a restore fills one database; if you trust the script and want this, allow Reach." + reach.name());
    }
}
