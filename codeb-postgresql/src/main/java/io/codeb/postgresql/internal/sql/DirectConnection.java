package io.codeb.postgresql.internal.sql;

import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.RunMarks;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.runtime.ContainerInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.HostSpec;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A way from this process to a server, and how a connection is opened on it. */
public final class DirectConnection {
    private static final String CONNECT_SECONDS = "2";
    private static final int MOST_WAYS = 8;

    /** Who answers is not known before it is asked, and is not told the password. */
    private static final Map<String, String> TO_STRANGERS = Map.of("requireAuth", "!password");

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
    private static final Set<String> EVERYWHERE = Set.of("", "0.0.0.0", "::");

    private final DatabaseTarget target;
    private final String host;
    private final int port;
    private final String description;
    private final boolean told;

    /**
     * A way.
     *
     * @param told whether the runtime or the configuration says that it leads to the server
     */
    private DirectConnection(DatabaseTarget target, String host, int port, String description, boolean told) {
        this.target = target;
        this.host = host;
        this.port = port;
        this.description = description;
        this.told = told;
    }

    /**
     * The way that leads to the server for all that is known.
     *
     * @param target where the database is
     * @return null where nothing is known
     */
    static @Nullable DirectConnection to(DatabaseTarget target) {
        return ways(target).stream().filter(way -> way.told).findFirst().orElse(null);
    }

    /**
     * All ways that may lead to the server, in the order in which they are tried: the ports that its container
     * publishes, the container's own addresses, the host that it is said to be on. What answers there need not be the
     * server: an address of this name or number may be another one's here.
     *
     * @param target where the database is
     * @return perhaps none
     */
    public static List<DirectConnection> ways(DatabaseTarget target) {
        String host = target.host();
        if (target.runtime().id().equals("host")) {
            return host == null || host.startsWith("/")
                    ? List.of()
                    : List.of(new DirectConnection(target, host, target.port(), "", true));
        }
        if (host != null && !host.startsWith("/") && !LOOPBACK.contains(host)) {
            // The server is elsewhere than in this container, as its network knows it.
            return List.of(new DirectConnection(target, host, target.port(), "", false));
        }
        try {
            return inContainer(target, target.runtime().inspect(target.container()));
        } catch (ContainerException e) {
            // psql will say the same, as the answer to the query.
            return List.of();
        }
    }

    private static List<DirectConnection> inContainer(DatabaseTarget target, ContainerInfo container) {
        String containers = target.runtime().hostAddress();
        int port = target.port();
        List<DirectConnection> ways = new ArrayList<>();
        container.ports().stream()
                .filter(published -> published.protocol().equals("tcp") && published.containerPort() == port)
                .forEach(published -> ways.add(new DirectConnection(
                        target,
                        EVERYWHERE.contains(published.hostAddress()) ? containers : published.hostAddress(),
                        published.hostPort(),
                        "published by the container",
                        true)));
        if (LOOPBACK.contains(containers)) {
            new TreeMap<>(container.addresses())
                    .forEach((network, address) ->
                            ways.add(new DirectConnection(target, address, port, "in the network " + network, false)));
        }
        if (container.ports().isEmpty() && container.addresses().isEmpty()) {
            ways.add(new DirectConnection(target, containers, port, "the containers' host", false));
        }
        return ways.stream().limit(MOST_WAYS).toList();
    }

    /**
     * Opens a connection. It waits for each word of the server's as long as for the connection itself.
     *
     * @param more properties of the driver's
     */
    PgConnection open(Map<String, String> more) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        Secret password = target.password();
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", CONNECT_SECONDS);
        properties.setProperty(
                "ApplicationName", RunMarks.session(target.server().tools().run()));
        properties.setProperty("binaryTransfer", "false");
        properties.setProperty("PGDBNAME", target.database());
        more.forEach(properties::setProperty);
        if (!told) {
            TO_STRANGERS.forEach(properties::setProperty);
        }
        HostSpec[] server = {new HostSpec(host, port)};
        // Not by the driver: it registers itself for the whole JVM, which then holds this class loader for ever.
        return new PgConnection(server, properties, "jdbc:postgresql:");
    }

    /** What the server says, or the driver for it. */
    static EngineException failure(SQLException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        ServerErrorMessage server = e instanceof PSQLException driver ? driver.getServerErrorMessage() : null;
        String said = server == null || server.getMessage() == null ? message : server.getMessage();
        if (server == null && e.getSQLState() != null && e.getSQLState().startsWith("08")) {
            return new EngineException(
                    ErrorCode.SERVER_UNREACHABLE,
                    "the connection to the server is lost: " + said,
                    "check that the server runs and accepts connections",
                    e);
        }
        return Diagnosis.ofState(e.getSQLState(), said, e);
    }

    @Override
    public String toString() {
        return host + ":" + port + (description.isEmpty() ? "" : " (" + description + ")");
    }
}
