package io.codeb.deploy;

import java.net.URI;
import java.time.Duration;

/**
 * A question whose answer says whether a deployment is good. Immutable and thread-safe.
 *
 * <p>A probe is asked once, and has 30 seconds, unless it says {@link #within(Duration)} or {@link #limit(Duration)}.
 */
public interface Probe {
    /**
     * Names it in reports.
     *
     * @return for example {@code http GET http://127.0.0.1:8080/health}
     */
    String name();

    /**
     * Asks. When this returns, it has passed.
     *
     * @param target which deployment
     * @throws io.codeb.error.CodeBException when it has not: {@link DeployException} {@code PROBE_FAILED}, or why
     *     nobody could ask
     */
    void run(DeployTarget target);

    /**
     * Asks the database. Passes when the first value of the answer is true; what may not write is not begun.
     *
     * @param sql one statement, for example {@code SELECT count(*) > 0 FROM users}
     * @return the probe
     */
    static Probe sql(String sql) {
        return new SqlProbe(sql);
    }

    /**
     * Asks a web server. Passes when it answers a GET with a status of 200 to 299; it is not followed elsewhere.
     *
     * @param uri {@code http} or {@code https}; no secrets in it, it is told
     * @return the probe
     * @throws IllegalArgumentException when it is no such address
     */
    static Probe http(URI uri) {
        return new HttpProbe(uri);
    }

    /**
     * Passes when a port takes a connection and does not end it within a second, as the proxies do that hold the ports
     * of containers where nobody listens in the container.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     * @return the probe
     * @throws IllegalArgumentException when it is no port
     */
    static Probe tcp(String host, int port) {
        return new TcpProbe(host, port);
    }

    /**
     * Passes when a command ends with status 0.
     *
     * @param command which, and where; no secrets in its words
     * @return the probe
     */
    static Probe command(DeployCommand command) {
        return new CommandProbe(command);
    }

    /**
     * Asks again and again, until it passes or the time is over: for an application that is still starting.
     *
     * @param time how long in all; more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    default Probe within(Duration time) {
        return new PatientProbe(this, time);
    }

    /**
     * Gives it another time than 30 seconds for its one answer: for tests that take a while.
     *
     * @param time how long; more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    default Probe limit(Duration time) {
        return new LimitedProbe(this, time);
    }
}
