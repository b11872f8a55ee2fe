package io.codeb.deploy.internal.source;

import io.codeb.deploy.DeployException;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a commit a build is not to get, as the commit's own ignore file says. Container services are told what
 * to build by a stream, and some of them leave nothing of it out.
 *
 * <p>The syntax is that of Docker's documentation, <a
 * href="https://docs.docker.com/build/concepts/context/#dockerignore-files">.dockerignore files</a>: the last line that
 * is said of a file, or of a directory that it is in, counts. The instructions and the ignore file always go to the
 * service, which needs them, and does not copy them where they are ignored.
 */
final class IgnoreRules {
    /** Above what people write; each line is compared with each path. */
    private static final int BYTES_MOST = 256 * 1024;

    private static final int SHOWN_MOST = 100;
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final Pattern OUTER_SPACE = Pattern.compile("^\\p{IsWhite_Space}+|\\p{IsWhite_Space}+$");

    private final List<Rule> rules;
    private final Set<String> kept;

    private IgnoreRules(List<Rule> rules, Set<String> kept) {
        this.rules = rules;
        this.kept = kept;
    }

    private record Rule(IgnorePattern pattern, boolean exception) {}

    /**
     * Finds the ignore file of a build: that of the instructions' own name before that of all, and Podman's before
     * Docker's, as Podman does.
     *
     * @param containerfile the path of the instructions
     * @throws DeployException {@code SOURCE_UNUSABLE} when there is one that cannot be followed
     */
    static IgnoreRules of(Repository repository, RevCommit commit, String containerfile) throws IOException {
        String instructions = IgnorePattern.cleaned(containerfile);
        for (String name : List.of(
                instructions + ".dockerignore",
                instructions + ".containerignore",
                ".containerignore",
                ".dockerignore")) {
            try (TreeWalk found = TreeWalk.forPath(repository, name, commit.getTree())) {
                if (found != null) {
                    return new IgnoreRules(read(name, text(name, found)), Set.of(instructions, name));
                }
            }
        }
        return new IgnoreRules(List.of(), Set.of());
    }

    private static String text(String name, TreeWalk found) throws IOException {
        FileMode mode = found.getFileMode(0);
        if (!mode.equals(FileMode.REGULAR_FILE) && !mode.equals(FileMode.EXECUTABLE_FILE)) {
            throw unusable(name + " is no file, so that nobody knows what the build is not to get", null);
        }
        ObjectLoader content = found.getObjectReader().open(found.getObjectId(0));
        if (content.getSize() > BYTES_MOST) {
            throw unusable(name + " has more than " + BYTES_MOST + " bytes", null);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content.getBytes()))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw unusable(name + " is no text: it has bytes of zero", null);
            }
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw unusable(name + " is no text in UTF-8", e);
        }
    }

    private static List<Rule> read(String name, String text) {
        List<Rule> rules = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = stripped(lines[i]);
            if (line.isEmpty() || lines[i].startsWith("#")) {
                continue;
            }
            try {
                boolean exception = line.startsWith("!");
                String said = exception ? stripped(line.substring(1)) : line;
                if (said.isEmpty()) {
                    throw new IllegalArgumentException("nothing follows its '!'");
                }
                String pattern = stripped(IgnorePattern.cleaned(said));
                if (!pattern.isEmpty()) {
                    rules.add(new Rule(IgnorePattern.of(pattern), exception));
                }
            } catch (IllegalArgumentException e) {
                throw unusable(
                        name + ", line " + (i + 1) + ": '" + shown(line) + "' is no pattern: " + e.getMessage(), e);
            }
        }
        return rules;
    }

    private static String stripped(String text) {
        return OUTER_SPACE.matcher(text).replaceAll("");
    }

    private static String shown(String line) {
        String shown = line.replaceAll("\\p{Cntrl}", "?");
        return shown.length() <= SHOWN_MOST ? shown : shown.substring(0, SHOWN_MOST) + "…";
    }

    private static DeployException unusable(String message, @Nullable Exception cause) {
        return new DeployException(
                ErrorCode.SOURCE_UNUSABLE, message, "mend it, commit that, and deploy the new commit", cause);
    }

    /**
     * Whether the build is not to get this.
     *
     * @param path of a file or a directory, from the top of the files
     */
    boolean ignores(String path) {
        if (kept.contains(path)) {
            return false;
        }
        for (int i = rules.size() - 1; i >= 0; i--) {
            Rule rule = rules.get(i);
            if (rule.pattern.matches(path)) {
                return !rule.exception;
            }
        }
        return false;
    }
}
