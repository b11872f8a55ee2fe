package io.codeb.model;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a dump is restored, and as whose. Immutable; each word answers a changed copy.
 *
 * @param sourceDatabase which database of a dump that holds several; null for a dump of one
 * @param owners whether objects get the owners that the dump names; else they belong to the user who restores
 * @param privileges whether grants and revocations are restored
 * @param tablespaces whether objects go into the tablespaces that the dump names; else into the database's own
 * @param roles roles by the name that the dump has for them: the name that they shall have instead
 * @param allowed what a script may reach beyond the database; nothing, unless the caller says so
 */
@CheckReturnValue
public record RestoreOptions(
        @Nullable String sourceDatabase,
        boolean owners,
        boolean privileges,
        boolean tablespaces,
        Map<String, String> roles,
        Set<Reach> allowed) {
    /** Everything, as the dump has it. */
    public static final RestoreOptions AS_DUMPED = new RestoreOptions(null, true, true, true, Map.of(), Set.of());

    /** Copies the map and the set. */
    public RestoreOptions {
        roles = Map.copyOf(roles);
        allowed = Set.copyOf(allowed);
    }

    /**
     * Chooses one database of a dump that holds several.
     *
     * @param name as the dump has it
     * @return a changed copy
     */
    public RestoreOptions fromDatabase(String name) {
        return new RestoreOptions(name, owners, privileges, tablespaces, roles, allowed);
    }

    /**
     * Leaves owners out: what is restored belongs to the user who restores.
     *
     * @return a changed copy
     */
    public RestoreOptions withoutOwners() {
        return new RestoreOptions(sourceDatabase, false, privileges, tablespaces, roles, allowed);
    }

    /**
     * Leaves grants and revocations out.
     *
     * @return a changed copy
     */
    public RestoreOptions withoutPrivileges() {
        return new RestoreOptions(sourceDatabase, owners, false, tablespaces, roles, allowed);
    }

    /**
     * Leaves tablespaces out: everything goes into the database's own.
     *
     * @return a changed copy
     */
    public RestoreOptions withoutTablespaces() {
        return new RestoreOptions(sourceDatabase, owners, privileges, false, roles, allowed);
    }

    /**
     * Gives what belongs or was granted to one role to another.
     *
     * @param from as the dump has it
     * @param to as the server has it
     * @return a changed copy
     */
    public RestoreOptions mapRole(String from, String to) {
        Map<String, String> more = new LinkedHashMap<>(roles);
        more.put(from, to);
        return new RestoreOptions(sourceDatabase, owners, privileges, tablespaces, more, allowed);
    }

    /**
     * Lets a script reach beyond the database.
     *
     * @param reach what it may reach
     * @return a changed copy
     */
    public RestoreOptions allow(Reach... reach) {
        Set<Reach> more = new HashSet<>(allowed);
        more.addAll(List.of(reach));
        return new RestoreOptions(sourceDatabase, owners, privileges, tablespaces, roles, more);
    }
}
