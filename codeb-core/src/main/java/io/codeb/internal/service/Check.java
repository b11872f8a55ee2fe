package io.codeb.internal.service;

import io.codeb.CheckReport;
import io.codeb.Project;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Tries what the configuration names, before the night does. */
record Check(Projects projects, Repositories repositories) {
    /** All of it, one after the other; what fails keeps nothing else from being tried. */
    CheckReport run(Cancellation cancellation) {
        long begin = System.nanoTime();
        List<CheckReport.Subject> subjects = new ArrayList<>();
        for (String name : repositories.names()) {
            subjects.add(tried("repository " + name, cancellation, proven -> repositories
                    .get(name)
                    .check(proven)));
        }
        for (Project project : projects.all()) {
            subjects.add(tried("project " + project.name(), cancellation, proven -> projects.engine(project)
                    .check(projects.target(project), cancellation)
                    .forEach(proven)));
        }
        return new CheckReport(subjects, Duration.ofNanos(System.nanoTime() - begin));
    }

    private static CheckReport.Subject tried(
            String name, Cancellation cancellation, Consumer<Consumer<String>> attempt) {
        cancellation.throwIfCancelled();
        List<String> proven = new ArrayList<>();
        try {
            attempt.accept(proven::add);
            return new CheckReport.Subject(name, proven, null);
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            return new CheckReport.Subject(name, proven, e);
        }
    }
}
