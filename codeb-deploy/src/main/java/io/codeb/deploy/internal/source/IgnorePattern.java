package io.codeb.deploy.internal.source;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * One pattern of an ignore file: what Go's {@code filepath.Match} documents, with {@code **} for any number of
 * directories, as Docker's documentation of {@code .dockerignore} has it.
 *
 * <p>A path is read once, with all places of the pattern that it can be at: no pattern takes longer than its length for
 * each character.
 */
final class IgnorePattern {
    private final List<Part> parts;

    private IgnorePattern(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Reads a pattern.
     *
     * @param text a path that is {@linkplain #cleaned clean}, with wildcards
     * @throws IllegalArgumentException when it is none, with what is wrong
     */
    static IgnorePattern of(String text) {
        return new IgnorePattern(new Reader(text).parts());
    }

    /** The shortest way to say a path, from the top of the files; empty for the top itself. */
    static String cleaned(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            boolean up = name.equals("..");
            if (name.isEmpty() || name.equals(".") || (up && names.isEmpty() && path.startsWith("/"))) {
                continue;
            }
            if (up && !names.isEmpty() && !names.get(names.size() - 1).equals("..")) {
                names.remove(names.size() - 1);
            } else {
                names.add(name);
            }
        }
        return String.join("/", names);
    }

    /** Whether it is said of a file, or of a directory that the file is in. */
    boolean matches(String path) {
        int[] characters = path.codePoints().toArray();
        BitSet places = new BitSet(parts.size() + 1);
        BitSet next = new BitSet(parts.size() + 1);
        enter(places, 0);
        for (int c : characters) {
            if (c == '/' && places.get(parts.size())) {
                return true;
            }
            next.clear();
            for (int i = places.nextSetBit(0); i >= 0 && i < parts.size(); i = places.nextSetBit(i + 1)) {
                take(next, i, c);
            }
            if (next.isEmpty()) {
                return false;
            }
            BitSet last = places;
            places = next;
            next = last;
        }
        return places.get(parts.size());
    }

    private void take(BitSet next, int place, int c) {
        Part part = parts.get(place);
        if (!part.takes.test(c)) {
            return;
        }
        switch (part.times) {
            case ONCE -> enter(next, place + 1);
            case REPEATED -> enter(next, place);
            case DIRECTORIES -> {
                next.set(place);
                if (c == '/') {
                    enter(next, place + 1);
                }
            }
        }
    }

    /** What need not be there is passed by, too. */
    private void enter(BitSet places, int place) {
        int last = place;
        while (last < parts.size() && parts.get(last).times != Times.ONCE) {
            last++;
        }
        places.set(place, last + 1);
    }

    private enum Times {
        ONCE,
        /** Not at all, or any number of times. */
        REPEATED,
        /** Not at all, or any number of times, and then a slash. */
        DIRECTORIES
    }

    private record Part(Times times, IntPredicate takes) {}

    /** Reads a pattern from left to right. */
    private static final class Reader {
        private final int[] text;
        private final List<Part> parts = new ArrayList<>();
        private int at;
        private boolean literal = true;

        Reader(String text) {
            this.text = text.codePoints().toArray();
        }

        List<Part> parts() {
            boolean suffix = text.length > 2 && text[0] == '*' && text[1] == '*' && text[2] != '/';
            while (at < text.length) {
                int c = text[at++];
                switch (c) {
                    case '*' -> addStars();
                    case '?' -> add(Times.ONCE, within -> within != '/');
                    case '[' -> add(Times.ONCE, characterClass());
                    case '\\' -> add(Times.ONCE, is(afterBackslash()));
                    default -> parts.add(new Part(Times.ONCE, is(c)));
                }
            }
            if (suffix && literal) {
                // Docker's matcher takes **word for every path that ends with the word, but no **w?rd.
                parts.set(0, new Part(Times.REPEATED, any -> true));
            }
            return parts;
        }

        private void add(Times times, IntPredicate takes) {
            literal = false;
            parts.add(new Part(times, takes));
        }

        private void addStars() {
            if (!isAt('*')) {
                add(Times.REPEATED, within -> within != '/');
                return;
            }
            at++;
            if (isAt('/')) {
                at++;
            }
            if (at == text.length) {
                add(Times.REPEATED, any -> true);
            } else if (parts.isEmpty()) {
                parts.add(new Part(Times.DIRECTORIES, any -> true));
            } else {
                add(Times.DIRECTORIES, any -> true);
            }
        }

        private boolean isAt(int c) {
            return at < text.length && text[at] == c;
        }

        private static IntPredicate is(int c) {
            return other -> other == c;
        }

        private int afterBackslash() {
            if (at == text.length) {
                throw new IllegalArgumentException("nothing follows its last backslash");
            }
            return text[at++];
        }

        /** What is between brackets: characters and ranges, all others after {@code ^}. */
        private IntPredicate characterClass() {
            boolean others = isAt('^');
            if (others) {
                at++;
            }
            IntPredicate among = range();
            while (!isAt(']')) {
                among = among.or(range());
            }
            at++;
            return others ? among.negate() : among;
        }

        private IntPredicate range() {
            int low = classCharacter();
            int high = low;
            if (isAt('-')) {
                at++;
                high = classCharacter();
            }
            if (high < low) {
                throw new IllegalArgumentException("a range in its brackets ends before it begins");
            }
            int end = high;
            return other -> low <= other && other <= end;
        }

        private int classCharacter() {
            if (at == text.length) {
                throw new IllegalArgumentException("its bracket is not closed");
            }
            int c = text[at++];
            if (c == ']' || c == '-') {
                throw new IllegalArgumentException("'" + (char) c + "' in its brackets needs a backslash before it");
            }
            return c == '\\' ? afterBackslash() : c;
        }
    }
}
