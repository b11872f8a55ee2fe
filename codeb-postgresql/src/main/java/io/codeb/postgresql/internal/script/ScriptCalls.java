package io.codeb.postgresql.internal.script;

import static java.util.Map.entry;

import io.codeb.model.Reach;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Functions of PostgreSQL 13 to 18, and of what is shipped with it, that reach beyond the database they are called in.
 */
final class ScriptCalls {
    private static final Map<String, Reach> FUNCTIONS = new HashMap<>();

    static {
        put(Reach.SESSIONS, """
                pg_terminate_backend pg_cancel_backend pg_log_backend_memory_contexts
                """);
        put(Reach.SERVER_SETTINGS, """
                pg_reload_conf pg_rotate_logfile pg_rotate_logfile_old pg_logfile_rotate pg_promote
                pg_switch_wal pg_create_restore_point pg_start_backup pg_stop_backup pg_backup_start
                pg_backup_stop pg_log_standby_snapshot pg_wal_replay_pause pg_wal_replay_resume
                pg_stat_reset_shared pg_stat_reset_slru pg_stat_reset_backend_stats
                """);
        put(Reach.SERVER_FILES, """
                pg_read_file pg_read_file_old pg_read_binary_file pg_stat_file pg_logdir_ls pg_ls_dir
                pg_ls_logdir pg_ls_waldir pg_ls_archive_statusdir pg_ls_tmpdir pg_ls_logicalmapdir
                pg_ls_logicalsnapdir pg_ls_replslotdir pg_ls_summariesdir pg_file_read pg_file_length
                pg_file_write pg_file_write_v1_1 pg_file_rename pg_file_rename_v1_1 pg_file_unlink
                pg_file_unlink_v1_1 pg_file_sync pg_file_sync_v1_1 lo_import lo_export
                """);
        put(Reach.REPLICATION, """
                pg_create_physical_replication_slot pg_create_logical_replication_slot
                pg_copy_physical_replication_slot pg_copy_logical_replication_slot pg_drop_replication_slot
                pg_replication_slot_advance pg_sync_replication_slots pg_logical_emit_message
                pg_logical_slot_get_changes pg_logical_slot_peek_changes pg_logical_slot_get_binary_changes
                pg_logical_slot_peek_binary_changes pg_replication_origin_create pg_replication_origin_drop
                pg_replication_origin_advance pg_replication_origin_session_setup
                pg_replication_origin_session_reset pg_replication_origin_xact_setup
                pg_replication_origin_xact_reset pg_stat_reset_replication_slot pg_stat_reset_subscription_stats
                """);
        put(Reach.OTHER_SERVERS, """
                dblink dblink_connect dblink_connect_u dblink_exec dblink_open dblink_send_query
                """);
    }

    /** Catalogs that all databases of a server share. */
    private static final Map<String, Reach> SHARED_CATALOGS = Map.ofEntries(
            entry("pg_authid", Reach.ROLES),
            entry("pg_auth_members", Reach.ROLES),
            entry("pg_database", Reach.DATABASES),
            entry("pg_db_role_setting", Reach.DATABASES),
            entry("pg_shdepend", Reach.DATABASES),
            entry("pg_shdescription", Reach.DATABASES),
            entry("pg_shseclabel", Reach.DATABASES),
            entry("pg_tablespace", Reach.TABLESPACES),
            entry("pg_parameter_acl", Reach.SERVER_SETTINGS),
            entry("pg_replication_origin", Reach.REPLICATION),
            entry("pg_subscription", Reach.REPLICATION));

    private static final Set<String> BEGINNINGS = Set.of("pg_", "lo_", "dbl");

    private ScriptCalls() {}

    private static void put(Reach reach, String functions) {
        for (String function : functions.strip().split("\\s+", -1)) {
            FUNCTIONS.put(function, reach);
        }
    }

    /** What a call of the function reaches; null for nothing beyond the database. */
    @Nullable
    static Reach ofFunction(BoundedText name) {
        String known = known(name);
        return known == null ? null : FUNCTIONS.get(known);
    }

    /** What a change of the table reaches; null for nothing beyond the database. */
    @Nullable
    static Reach ofCatalog(BoundedText name) {
        String known = known(name);
        return known == null ? null : ofCatalog(known);
    }

    /** What a change of the table reaches; null for nothing beyond the database. */
    @Nullable
    static Reach ofCatalog(String name) {
        return SHARED_CATALOGS.get(name);
    }

    /** The name, if it begins as those of interest do. Most do not, and cost nothing. */
    private static @Nullable String known(BoundedText name) {
        if (name.length() < 6 || (name.at(2) != '_' && BoundedText.lowerCase(name.at(2)) != 'l')) {
            return null;
        }
        String folded = name.decodeFolded(StandardCharsets.ISO_8859_1);
        return BEGINNINGS.contains(folded.substring(0, 3)) ? folded : null;
    }
}
