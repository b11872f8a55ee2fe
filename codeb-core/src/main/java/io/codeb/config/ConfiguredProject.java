package io.codeb.config;

import io.codeb.BackupRequest;
import io.codeb.Project;
import io.codeb.ScheduledJob;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A project, and how its database is backed up.
 *
 * @param project where its database is, and which backups of it stay
 * @param repository the repository of its backups, by its name
 * @param backupOnDeploy whether each deployment begins with a backup
 * @param restoreOnDeploy whether a deployment restores the last backup of its source
 * @param backupSchedule when backups are made, as five fields of cron; empty where only somebody asks for them
 * @param jobs what is done again and again: backups, drills and prunes, as far as they are scheduled
 * @param timeZone of the schedules; empty for that of this host
 * @param deployment how its application is deployed; empty where nothing is said of it
 * @param staging what becomes of the data of another project that its database gets; empty where nothing is said of it
 * @param metadata a file with what is known of the last backup, which the command line keeps up to date; empty for none
 */
public record ConfiguredProject(
        Project project,
        String repository,
        boolean backupOnDeploy,
        boolean restoreOnDeploy,
        Optional<String> backupSchedule,
        List<ScheduledJob> jobs,
        Optional<ZoneId> timeZone,
        Optional<ConfiguredDeployment> deployment,
        Optional<ConfiguredStaging> staging,
        Optional<Path> metadata) {
    /** Takes no null, and copies the list. */
    public ConfiguredProject {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(repository, "repository");
        Objects.requireNonNull(backupSchedule, "backupSchedule");
        jobs = List.copyOf(jobs);
        Objects.requireNonNull(timeZone, "timeZone");
        Objects.requireNonNull(deployment, "deployment");
        Objects.requireNonNull(staging, "staging");
        Objects.requireNonNull(metadata, "metadata");
    }

    /**
     * Its name.
     *
     * @return the project's
     */
    public String name() {
        return project.name();
    }

    /**
     * A backup of its database into its repository.
     *
     * @return the request, for further words
     */
    public BackupRequest backupRequest() {
        return BackupRequest.of(project.name()).to(repository);
    }
}
