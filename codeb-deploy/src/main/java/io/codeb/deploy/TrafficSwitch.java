package io.codeb.deploy;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Decides which version of an application the requests go to. Thread-safe.
 *
 * <p>Methods throw {@link DeployException} {@code SWITCH_FAILED}.
 */
public interface TrafficSwitch {
    /**
     * Names it in reports.
     *
     * @return for example {@code route file /var/lib/shop/route}
     */
    String name();

    /**
     * Where new requests go now.
     *
     * @return empty where they go nowhere
     */
    Optional<Route> current();

    /**
     * Sends new requests elsewhere. When this returns they go there, also after a crash of anything; when it throws,
     * they go here or there. What has been begun before is not disturbed.
     *
     * @param route empty for nowhere
     */
    void to(Optional<Route> route);

    /**
     * A file that a {@link LocalProxy} reads before each connection. It is replaced whole: a proxy sees the old route
     * or the new one.
     *
     * @param path in a directory that stays when the host is started again, and that nobody else may write to
     * @return the switch
     */
    static TrafficSwitch file(Path path) {
        return new RouteFile(path);
    }
}
