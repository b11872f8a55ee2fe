package io.codeb.postgresql.internal.script;

import io.codeb.model.Reach;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What kind of statement it is that begins in some way. The first rule that matches counts; what matches none makes or
 * changes something in the database.
 *
 * @param pattern how it begins
 * @param kind what it does
 * @param reach what it reaches, where the kind is {@code BEYOND}
 */
record ScriptRule(
        ScriptPattern pattern, Kind kind, @Nullable Reach reach) {
    enum Kind {
        /** Changes the session. */
        SETTING,
        BEGIN,
        COMMIT,
        ROLLBACK,
        /** Goes back within a transaction. */
        SAVEPOINT,
        CREATE_DATABASE,
        DROP_DATABASE,
        /** Changes a database that it names in the pattern's last word. */
        DATABASE,
        /** Changes something beyond the database. */
        BEYOND,
        /** Makes what each new database has: its public schema, PL/pgSQL. */
        BUILT_IN,
        /** Says something about an extension, which only its owner may. */
        EXTENSION_COMMENT,
        EXTENSION,
        OWNER,
        PRIVILEGE,
        POLICY,
        /** Takes away, which fails where there is nothing. */
        DROP,
        /** Makes, changes or names code, and runs none. */
        CODE,
        /** Code in a language that the server may trust or not. */
        BLOCK,
        OTHER
    }

    /** For statements that no rule matches. */
    static final ScriptRule OTHER = new ScriptRule(new ScriptPattern("..."), Kind.OTHER, null);

    private static final List<ScriptRule> TABLE = List.of(
            rule("begin|start", Kind.BEGIN),
            rule("commit|rollback prepared", Reach.SESSIONS),
            rule("prepare transaction", Reach.SESSIONS),
            rule("commit|end", Kind.COMMIT),
            rule("rollback|abort work|transaction? to", Kind.SAVEPOINT),
            rule("rollback|abort", Kind.ROLLBACK),
            rule("savepoint|release", Kind.SAVEPOINT),
            //
            rule("set session authorization", Kind.OWNER),
            rule("set|reset|show|discard", Kind.SETTING),
            rule("select pg_catalog? .? set_config", Kind.SETTING),
            //
            rule("create database NAME", Kind.CREATE_DATABASE),
            rule("drop database if exists NAME", Kind.DROP_DATABASE),
            rule("drop database NAME", Kind.DROP_DATABASE),
            rule("alter database NAME", Kind.DATABASE),
            rule("comment on database NAME", Kind.DATABASE),
            rule("security label ... on database NAME", Kind.DATABASE),
            rule("grant|revoke ... on database NAME", Kind.DATABASE),
            rule("alter role|user NAME in database NAME", Kind.DATABASE),
            //
            rule("create|alter|drop user mapping", Kind.POLICY),
            rule("create|alter|drop role|user|group", Reach.ROLES),
            rule("comment on role", Reach.ROLES),
            rule("security label ... on role", Reach.ROLES),
            rule("drop|reassign owned", Reach.ROLES),
            //
            rule("create|alter|drop tablespace", Reach.TABLESPACES),
            rule("comment on tablespace", Reach.TABLESPACES),
            rule("security label ... on tablespace", Reach.TABLESPACES),
            rule("grant|revoke ... on tablespace", Reach.TABLESPACES),
            //
            rule("alter system", Reach.SERVER_SETTINGS),
            rule("grant|revoke ... on parameter", Reach.SERVER_SETTINGS),
            rule("load", Reach.SERVER_FILES),
            rule("import foreign schema", Reach.OTHER_SERVERS),
            //
            rule("create subscription ... with ( ... connect = false|off|0", Kind.CODE),
            rule("alter subscription NAME owner to", Kind.OWNER),
            rule("alter subscription NAME rename|disable|skip", Kind.CODE),
            rule("alter subscription NAME set (", Kind.CODE),
            rule("create|alter|drop subscription", Reach.REPLICATION),
            //
            rule("grant|revoke ... on", Kind.PRIVILEGE),
            rule("grant|revoke", Reach.ROLES),
            rule("alter default privileges", Kind.PRIVILEGE),
            rule("alter ... owner to", Kind.OWNER),
            //
            rule("create schema public", Kind.BUILT_IN),
            rule("create extension plpgsql", Kind.BUILT_IN),
            rule("create extension if not exists NAME", Kind.EXTENSION),
            rule("create extension NAME", Kind.EXTENSION),
            rule("comment on extension", Kind.EXTENSION_COMMENT),
            rule("drop", Kind.DROP),
            rule("select pg_catalog? .? lo_unlink", Kind.DROP),
            rule("alter table|domain ... drop", Kind.DROP),
            rule("comment|security", Kind.CODE),
            rule("create or? replace? function|procedure|aggregate|operator|rule|language", Kind.CODE),
            rule("create or? replace? constraint|event? trigger", Kind.CODE),
            rule("create or? replace? temp|temporary? recursive? view", Kind.CODE),
            rule("create|alter policy", Kind.POLICY),
            rule("create cast|transform|conversion", Kind.CODE),
            rule("alter function|procedure|routine|aggregate|operator|extension", Kind.CODE),
            rule("do", Kind.BLOCK));

    private static final Map<String, List<ScriptRule>> BY_FIRST_WORD = new HashMap<>();

    static {
        for (ScriptRule rule : TABLE) {
            for (String word : rule.pattern.firstWords()) {
                BY_FIRST_WORD.computeIfAbsent(word, first -> new ArrayList<>()).add(rule);
            }
        }
    }

    private static ScriptRule rule(String synopsis, Kind kind) {
        return new ScriptRule(new ScriptPattern(synopsis), kind, null);
    }

    private static ScriptRule rule(String synopsis, Reach reach) {
        return new ScriptRule(new ScriptPattern(synopsis), Kind.BEYOND, reach);
    }

    /** The rule for a statement, which has a token at least. */
    static ScriptRule of(ScriptTokens statement) {
        ScriptTokens.Token first = statement.at(0);
        if (first != null && first.kind() == ScriptTokens.Kind.WORD) {
            for (ScriptRule rule : BY_FIRST_WORD.getOrDefault(first.text(), List.of())) {
                if (rule.pattern.match(statement) >= 0) {
                    return rule;
                }
            }
        }
        return OTHER;
    }

    /** Whether functions that the statement names are not called by it. */
    boolean callsNothing() {
        return switch (kind) {
            case CODE, OWNER, PRIVILEGE, POLICY, DROP, EXTENSION_COMMENT -> true;
            default -> false;
        };
    }

    /** Where the last name of the pattern stands. */
    int lastName(ScriptTokens statement) {
        return pattern.match(statement) - 1;
    }
}
