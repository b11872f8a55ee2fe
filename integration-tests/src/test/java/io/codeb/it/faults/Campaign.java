package io.codeb.it.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Strikes at operations, one fault after another in each place, all places at once, and judges what came of each. */
public final class Campaign {
    /** More than one fault in three that met nothing says that the faults are aimed badly. */
    private static final int ONE_IN = 3;

    /** As many as keep two cores at work: they wait as much as they work. */
    private static final int LANES = 2;

    /** Longer than all that the library waits for where a server is away or a lock is held. */
    private static final Duration LONGEST = Duration.ofMinutes(4);

    private final Path directory;
    private final Set<Place> places;
    private final int lanes;
    private final Tally tally = new Tally();

    /**
     * Prepares one.
     *
     * @param directory for all that it makes
     * @param places where databases are struck
     * @param lanes how many databases there are in each place, which are struck side by side
     */
    Campaign(Path directory, Set<Place> places, int lanes) {
        this.lanes = lanes;
        this.directory = directory;
        this.places = EnumSet.copyOf(places);
    }

    /**
     * Strikes.
     *
     * @param seeds of the faults
     * @param deadline by {@link System#nanoTime()}: then no other fault begins
     * @param listener is told each verdict; called by several threads
     * @return what came of them
     */
    Tally run(List<Long> seeds, long deadline, Consumer<Verdict> listener) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (Place place : places) {
            Queue<Fault> faults = seeds.stream()
                    .map(seed -> Fault.of(seed, places))
                    .filter(fault -> fault.place() == place)
                    .collect(Collectors.toCollection(ConcurrentLinkedQueue::new));
            for (int i = 1; i <= Math.min(lanes, faults.size()); i++) {
                Path own = directory.resolve(place.name() + i);
                running.add(CompletableFuture.runAsync(
                        () -> run(place, own, faults, deadline, listener),
                        command -> new Thread(command, own.getFileName().toString()).start()));
            }
        }
        running.forEach(CompletableFuture::join);
        return tally;
    }

    private void run(Place place, Path own, Queue<Fault> faults, long deadline, Consumer<Verdict> listener) {
        try {
            Files.createDirectories(own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Lane lane = new Lane(site(place, own), own, LONGEST, EnumSet.allOf(Operation.class))) {
            Fault fault = faults.poll();
            while (fault != null && System.nanoTime() - deadline < 0) {
                Verdict verdict = lane.strike(fault);
                tally.add(verdict);
                listener.accept(verdict);
                fault = faults.poll();
            }
            lane.restoreAll();
        } catch (RuntimeException | AssertionError e) {
            System.out.println("no more faults in " + own.getFileName() + ": " + e);
            throw e;
        }
    }

    private static Site site(Place place, Path directory) {
        return switch (place) {
            case HOST -> new HostSite();
            case PODMAN -> new PodmanSite(directory);
        };
    }

    /** Whether so many faults have met nothing that the others prove little. */
    static boolean isAimedBadly(Tally tally) {
        return tally.missed() * ONE_IN > tally.faults();
    }

    /**
     * Runs seeds.
     *
     * @param args the seeds, {@code 7} or {@code 1-1000}; for how many minutes at the most; a directory
     */
    public static void main(String[] args) {
        String[] range = args[0].split("-", 2);
        long first = Long.parseLong(range[0]);
        List<Long> seeds = LongStream.rangeClosed(first, Long.parseLong(range[range.length - 1]))
                .boxed()
                .toList();
        long deadline =
                System.nanoTime() + Duration.ofMinutes(Long.parseLong(args[1])).toNanos();
        Set<Place> places =
                System.getenv("CODEB_TEST_PODMAN") == null ? EnumSet.of(Place.HOST) : EnumSet.allOf(Place.class);
        Tally tally = new Campaign(Path.of(args[2]), places, LANES).run(seeds, deadline, System.out::println);
        System.out.println(tally.table());
        System.out.printf(
                "%d faults of %d, %d of them met nothing, %d violations%n",
                tally.faults(), seeds.size(), tally.missed(), tally.violated());
        System.exit(tally.violated() > 0 || tally.faults() == 0 || isAimedBadly(tally) ? 1 : 0);
    }
}
