package io.codeb.internal.alert;

import io.codeb.MirrorStatus;
import io.codeb.Project;
import io.codeb.model.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/** How the configured projects and their backups stand, for who looks. What cannot be reached is thrown. */
public interface Circumstances {
    /**
     * The projects.
     *
     * @return those that are configured
     */
    Collection<Project> projects();

    /**
     * The newest backups of a project.
     *
     * @param project which
     * @param most how many at most
     * @return the newest first; what cannot be read is passed over
     */
    List<Manifest> newest(String project, int most);

    /**
     * How much room there is for backups.
     *
     * @return bytes; empty where nobody knows
     */
    OptionalLong freeBytes();

    /**
     * How far the mirrors are.
     *
     * @param project whose backups
     * @return one for each mirror
     */
    List<MirrorStatus> mirrors(String project);

    /**
     * Proves that the key of a backup is opened by what is here.
     *
     * @param backup an encrypted one
     * @throws io.codeb.error.ConfigException {@code KEY_MISSING} when there is no private key here
     * @throws io.codeb.error.IntegrityException when those that are here do not open it, or it is damaged or gone
     */
    void requireKey(Manifest backup);
}
