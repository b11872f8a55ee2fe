package io.codeb.postgresql.internal.restore;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.RestoreOptions;
import io.codeb.postgresql.internal.catalog.Extension;
import io.codeb.postgresql.internal.catalog.ServerNeeds;
import io.codeb.postgresql.internal.script.ScriptFacts;
import io.codeb.postgresql.internal.script.ShortList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Looks before a load whether the server has what the dump names and does not make, and tells all that it lacks. */
final class ServerCheck {
    private final DatabaseAdmin admin;
    private final RestoreOptions options;
    private final List<String> lacks = new ArrayList<>();
    private final List<String> hints = new ArrayList<>();

    private ServerCheck(DatabaseAdmin admin, RestoreOptions options) {
        this.admin = admin;
        this.options = options;
    }

    /**
     * Checks what a backup says that it needs.
     *
     * @throws EngineException {@code TARGET_LACKS} when something is not there
     */
    static void of(DatabaseAdmin admin, ServerNeeds needs, RestoreOptions options) {
        ServerCheck check = new ServerCheck(admin, options);
        Set<String> roles = new TreeSet<>(check.mapped(needs.otherRoles()));
        if (options.owners()) {
            roles.addAll(check.mapped(needs.owners()));
        }
        if (options.privileges()) {
            roles.addAll(check.mapped(needs.grantees()));
        }
        check.run(
                roles,
                options.tablespaces() ? needs.tablespaces() : List.of(),
                needs.extensions().stream().map(Extension::name).toList());
    }

    /**
     * Checks what a script was seen to need.
     *
     * @throws EngineException {@code TARGET_LACKS} when something is not there
     */
    static void of(DatabaseAdmin admin, ScriptFacts facts, RestoreOptions options) {
        new ServerCheck(admin, options).run(facts.roles(), facts.tablespaces(), facts.extensions());
    }

    private List<String> mapped(List<String> roles) {
        return roles.stream()
                .map(role -> options.roles().getOrDefault(role, role))
                .toList();
    }

    private void run(Collection<String> roles, Collection<String> tablespaces, Collection<String> extensions) {
        if (!roles.isEmpty()) {
            missing(
                    "role",
                    roles,
                    admin.roles(),
                    "make the roles, or say withoutOwners() and withoutPrivileges(), or" + " mapRole(…)");
        }
        if (!tablespaces.isEmpty()) {
            missing(
                    "tablespace",
                    tablespaces,
                    admin.tablespaces(),
                    "make the tablespaces, or say withoutTablespaces()");
        }
        if (!extensions.isEmpty()) {
            missing(
                    "extension",
                    extensions,
                    admin.extensionVersions().keySet(),
                    "install the extensions' packages where the server is");
        }
        if (!lacks.isEmpty()) {
            throw new EngineException(
                    ErrorCode.TARGET_LACKS,
                    "the server lacks what the dump needs: " + String.join("; ", lacks),
                    String.join("; ", hints));
        }
    }

    private void missing(String kind, Collection<String> needed, Set<String> there, String hint) {
        List<String> names = needed.stream()
                .filter(name -> !there.contains(name))
                .distinct()
                .sorted()
                .toList();
        if (names.isEmpty()) {
            return;
        }
        lacks.add((names.size() == 1 ? kind : kind + "s") + " " + ShortList.of(names));
        hints.add(hint);
    }
}
