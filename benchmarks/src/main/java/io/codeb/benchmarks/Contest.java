package io.codeb.benchmarks;

import io.codeb.error.CodeBException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Several ways to do the same with the same bytes, in turns. Who fails is out, which is told; the others go on.
 */
final class Contest {
    private static final double SECOND = 1e9;

    private final String title;
    private final PrintStream out;
    private final LongSupplier clock;
    private final List<Course> courses = new ArrayList<>();

    /** What an entrant has done so far. */
    private static final class Course {
        private final Entrant entrant;
        private final List<Double> seconds = new ArrayList<>();
        private long residentKib;
        private long bytes;
        private String failure = "";

        Course(Entrant entrant) {
            this.entrant = entrant;
        }

        Result result() {
            return new Result(entrant.name(), entrant.rival(), seconds, residentKib, bytes, failure);
        }
    }

    Contest(String title, PrintStream out) {
        this(title, out, System::nanoTime);
    }

    /** With a clock of the caller's, in nanoseconds. */
    Contest(String title, PrintStream out, LongSupplier clock) {
        this.title = title;
        this.out = out;
        this.clock = clock;
    }

    /** Adds an entrant, which has its turn after those that were added before. */
    void enter(Entrant entrant) {
        courses.add(new Course(entrant));
    }

    /**
     * Runs the rounds and prints each.
     *
     * @param warmUps how many rounds come first that do not count
     * @param rounds how many rounds count
     * @return what came of each, in the order of their turns
     */
    List<Result> run(int warmUps, int rounds) {
        out.printf(Locale.ROOT, "%n%s: %d rounds, %d before them%n", title, rounds, warmUps);
        for (int round = 1 - warmUps; round <= rounds; round++) {
            out.println(round < 1 ? "warm-up" : "round " + round);
            for (Course course : courses) {
                if (course.failure.isEmpty()) {
                    turn(course, round >= 1);
                }
            }
        }
        return courses.stream().map(Course::result).toList();
    }

    private void turn(Course course, boolean counts) {
        Entrant entrant = course.entrant;
        try {
            entrant.preparation().run();
            long start = clock.getAsLong();
            long resident = entrant.work().getAsLong();
            double seconds = (clock.getAsLong() - start) / SECOND;
            course.bytes = entrant.look().getAsLong();
            course.residentKib = Math.max(course.residentKib, resident);
            if (counts) {
                course.seconds.add(seconds);
            }
            out.printf(Locale.ROOT, "  %8.2f s  %s%n", seconds, entrant.name());
        } catch (CodeBException e) {
            course.failure = String.valueOf(e.getMessage());
            out.printf(Locale.ROOT, "    failed    %s: %s%n", entrant.name(), e.getMessage());
        }
    }
}
