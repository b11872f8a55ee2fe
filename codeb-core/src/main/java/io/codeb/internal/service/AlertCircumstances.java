package io.codeb.internal.service;

import io.codeb.MirrorStatus;
import io.codeb.Project;
import io.codeb.internal.alert.Circumstances;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/** How the projects stand in the repository that their backups go to unless a request says otherwise. Thread-safe. */
record AlertCircumstances(Projects known, Repositories repositories) implements Circumstances {
    @Override
    public Collection<Project> projects() {
        return known.all();
    }

    @Override
    public List<Manifest> newest(String project, int most) {
        return repositories.first().newest(project, most);
    }

    @Override
    public OptionalLong freeBytes() {
        return repositories.first().freeBytes();
    }

    @Override
    public List<MirrorStatus> mirrors(String project) {
        return Copies.mirrors(repositories, repositories.first(), project);
    }

    @Override
    public void requireKey(Manifest backup) {
        repositories.first().requireKey(backup);
    }
}
