package io.codeb.postgresql.internal.restore;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import io.codeb.spi.engine.ServerTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ends what dead runs have left: their programs first, then their sessions, and what these kept, their databases. A
 * database that was replaced and is kept is nobody's leftover until its time is over, and then everybody's.
 */
public final class CleanUp {
    private final ServerTarget server;
    private final Set<String> dead;
    private final Cancellation cancellation;
    private final List<Leftover> found = new ArrayList<>();

    public CleanUp(ServerTarget server, Set<String> dead, Cancellation cancellation) {
        this.server = server;
        this.dead = dead;
        this.cancellation = cancellation;
    }

    public List<Leftover> run() {
        found.addAll(server.tools().endRuns(dead));
        try (DatabaseAdmin admin = DatabaseAdmin.of(server, cancellation)) {
            for (RunSession session : admin.sessionsOfRuns()) {
                takeOfDead(session.leftover(), () -> admin.end(session));
            }
            Map<String, Kept> kept = admin.kept().stream()
                    .collect(Collectors.toMap(each -> each.facts().keptAs(), each -> each));
            for (Leftover database : admin.databasesOfRuns()) {
                Kept promise = kept.get(database.name());
                if (promise == null) {
                    takeOfDead(database, () -> admin.drop(database.name()));
                } else if (promise.expired()) {
                    take(database, () -> admin.drop(database.name()));
                }
            }
        }
        return List.copyOf(found);
    }

    private void takeOfDead(Leftover left, Runnable ending) {
        if (dead.contains(left.run())) {
            take(left, ending);
        } else {
            found.add(left);
        }
    }

    private void take(Leftover left, Runnable ending) {
        try {
            ending.run();
            found.add(Leftover.ended(left.kind(), left.name(), left.run()));
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            found.add(left.keptBecause(String.valueOf(e.getMessage())));
        }
    }
}
