package io.codeb;

import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.TableRows;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerSpec;
import java.util.List;

/**
 * The server of a drill, which a backup was restored into and proven, for as long as the drill's {@link DrillWork}
 * lasts. It has no network, and nobody else reaches it. Thread-safe.
 */
public interface DrilledServer {
    /**
     * What was restored.
     *
     * @return the backup
     */
    BackupRef backup();

    /**
     * Where it is: a project in the drill's container, with the user of {@link DrillRequest#user}, that the {@link
     * CodeB} of the drill knows until the work is done. Its name is the drill's own.
     *
     * @return for {@link DatabaseService#query} and the like
     */
    Project project();

    /**
     * From which image the server is.
     *
     * @return its name
     */
    String image();

    /**
     * What was restored, as it was compared with what is on record.
     *
     * @return rows by table
     */
    List<TableRows> tables();

    /**
     * Runs another container beside the server, which reaches it over loopback and reaches nothing else. It is removed
     * with the server, also by whoever comes after a drill that was killed.
     *
     * @param spec what to run, of an image that is there; its name, network and number of processes are the drill's,
     *     and so are the limits of memory and processors
     * @param cancellation ends it early
     * @return the container, started; a command that ends at once may have ended
     * @throws io.codeb.error.ContainerException as a drill does whose container cannot be made
     */
    ContainerInfo runBeside(ContainerSpec spec, Cancellation cancellation);
}
