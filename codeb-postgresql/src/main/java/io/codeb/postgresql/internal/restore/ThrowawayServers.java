package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.postgresql.internal.catalog.DatabaseProperties;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.spi.engine.DrillServers;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Servers in images that keep the contract of the official one: {@code POSTGRES_USER}, {@code POSTGRES_PASSWORD},
 * {@code POSTGRES_DB}, {@code PGDATA}, and arguments for the server. Thread-safe.
 */
public final class ThrowawayServers implements DrillServers {
    private static final String SUPERUSER = "postgres";
    private static final int PORT = 5432;
    private static final String MEMORY_DISK = "/var/lib/codeb-drill";

    /** While the image sets the server up it is there already, and lets nobody in over TCP. */
    private static final Set<ErrorCode> NOT_YET =
            Set.of(ErrorCode.SERVER_UNREACHABLE, ErrorCode.AUTH_FAILED, ErrorCode.DATABASE_NOT_FOUND);

    /** In English, as the server is told to write. */
    private static final Pattern KILLED = Pattern.compile("process .*was terminated by signal 9|Out of memory");

    private static final String FULL = "No space left on device";

    public ThrowawayServers() {}

    @Override
    public ContainerSpec container(String image, Secret password, OptionalLong memoryDisk) {
        ContainerSpec spec = ContainerSpec.of(image)
                .withEnvironment("POSTGRES_USER", SUPERUSER)
                .withEnvironment("POSTGRES_DB", "postgres")
                .withSecret("POSTGRES_PASSWORD", password)
                .withCommand(command(memoryDisk.isPresent()));
        // The server wants a directory that is its own, and none that is mounted.
        return memoryDisk.isEmpty()
                ? spec
                : spec.withTemporary(MEMORY_DISK, memoryDisk.getAsLong())
                        .withEnvironment("PGDATA", MEMORY_DISK + "/data");
    }

    /** Nothing has to outlive a crash; and a container has little shared memory for workers that help each other. */
    private static String[] command(boolean littleRoom) {
        List<String> settings = List.of(
                "port=" + PORT,
                "listen_addresses=127.0.0.1",
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "max_wal_size=" + (littleRoom ? "64MB" : "1GB"),
                "min_wal_size=32MB",
                "max_parallel_maintenance_workers=0",
                "max_parallel_workers_per_gather=0",
                "log_destination=stderr",
                "logging_collector=off",
                "lc_messages=C");
        return Stream.concat(Stream.of("postgres"), settings.stream().flatMap(each -> Stream.of("-c", each)))
                .toArray(String[]::new);
    }

    @Override
    public ServerTarget server(ToolHost tools, Secret password) {
        return ServerTarget.of(tools, PORT, SUPERUSER, password).withHost("127.0.0.1");
    }

    @Override
    public boolean answers(ServerTarget server, Cancellation cancellation) {
        try (DatabaseAdmin admin = DatabaseAdmin.of(server, cancellation)) {
            return admin.exists("postgres");
        } catch (CodeBException e) {
            if (NOT_YET.contains(e.code())) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Makes the roles that a dump names. They may do everything: nobody knows what they could do where they come from,
     * and some things can only belong to a superuser. A name that is the server's own is left to the restore to miss.
     */
    @Override
    public void prepare(ServerTarget server, DumpFacts dump, Cancellation cancellation) {
        PostgresFacts facts = PostgresFacts.of(dump.engine().facts(), dump.database());
        Set<String> roles = new TreeSet<>(facts.needs().owners());
        roles.addAll(facts.needs().grantees());
        roles.addAll(facts.needs().otherRoles());
        DatabaseProperties properties = facts.database().properties();
        roles.add(facts.database().owner());
        properties.settings().forEach(setting -> roles.add(setting.role()));
        properties.privileges().grants().forEach(grant -> roles.add(grant.role()));
        roles.removeIf(role -> role.isEmpty() || role.startsWith("pg_"));
        try (DatabaseAdmin admin = DatabaseAdmin.of(server, cancellation)) {
            roles.removeAll(admin.roles());
            admin.createRoles(roles);
        }
    }

    @Override
    public ServerTarget admit(ServerTarget server, String user, Cancellation cancellation) {
        Secret password = Objects.requireNonNull(server.password(), "password");
        if (!user.equals(server.user())) {
            try (DatabaseAdmin admin = DatabaseAdmin.of(server, cancellation)) {
                if (!admin.roles().contains(user)) {
                    admin.createRoles(List.of(user));
                }
                admin.admit(user, password);
            }
        }
        return server.withUser(user, password);
    }

    @Override
    public Optional<Shortage> shortage(String log) {
        if (log.contains(FULL)) {
            return Optional.of(Shortage.DISK);
        }
        return KILLED.matcher(log).find() ? Optional.of(Shortage.MEMORY) : Optional.empty();
    }
}
