package io.codeb.alert;

import io.codeb.model.Cancellation;
import io.codeb.spi.alert.Alert;
import java.time.Duration;
import java.util.List;

/**
 * Tells people what goes wrong. What fails while it runs, and that it works again, is told by itself; what shows only
 * when somebody looks, as that no backup was made, takes {@link #check()} or {@link #watch(Duration)}. Nothing here
 * holds a backup up. Thread-safe.
 */
public interface AlertService {
    /**
     * Looks at all that no run tells: whether projects are late, mirrors behind, storages full, keys and certificates
     * in order. Tells the channels what is new, and what is over.
     *
     * @param cancellation ends it early
     * @return all that is wrong now, also what was told before and what runs have told, the oldest first
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    List<Alert> check(Cancellation cancellation);

    /**
     * As {@link #check(Cancellation)}.
     *
     * @return all that is wrong now
     */
    default List<Alert> check() {
        return check(new Cancellation());
    }

    /**
     * Makes that check again and again on a thread of the library's own, now for the first time, until the {@link
     * io.codeb.CodeB} is closed. Watches once, whoever calls it, and as often as the last one said.
     *
     * @param every a minute at least
     * @throws IllegalArgumentException when it is less
     */
    void watch(Duration every);

    /**
     * Sends an alert of the kind {@code TEST} to each channel once, whatever goes there otherwise, and waits for it. To
     * who waits for a heartbeat, it is one.
     *
     * @return one for each channel, in the order of the routes; nothing of this is thrown
     */
    List<AlertDelivery> test();

    /**
     * What became of the alerts so far.
     *
     * @return one for each channel, in the order of the routes
     */
    List<AlertCounts> counts();

    /**
     * Which channels there are, and how they are.
     *
     * @return one for each channel, in the order of the routes
     */
    List<AlertChannelStatus> channels();
}
