package io.codeb.status;

import io.codeb.status.ProjectStatus.State;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Status as a text for people: a line for each project, with its last backup, the size of that, the
 * state, and when the next one is made, if any is scheduled. Columns
 * stand below each other on terminals that give Korean and other wide characters two columns.
 */
public final class StatusTable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};
    private static final String GAP = "  ";

    private StatusTable() {}

    /**
     * Writes the table.
     *
     * @param projects one in a line
     * @param zone where times are told in
     * @param locale Korean, or else it is English
     * @return lines, each with a line feed at its end and no blank before that
     */
    public static String of(List<ProjectStatus> projects, ZoneId zone, Locale locale) {
        Objects.requireNonNull(projects, "projects");
        Objects.requireNonNull(zone, "zone");
        boolean korean = Objects.requireNonNull(locale, "locale").getLanguage().equals("ko");
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                korean
                        ? List.of("프로젝트", "마지막 백업", "크기", "상태", "다음 백업")
                        : List.of("PROJECT", "LAST BACKUP", "SIZE", "STATE", "NEXT BACKUP"));
        for (ProjectStatus project : projects) {
            rows.add(List.of(
                    project.project(),
                    project.last()
                            .map(last -> TIME.format(last.startedAt().atZone(zone)))
                            .orElse("-"),
                    project.last().map(last -> size(last.storedBytes())).orElse("-"),
                    word(project.state(), korean),
                    project.nextRun()
                            .map(next -> TIME.format(next.atZone(zone)))
                            .orElse("-")));
        }
        boolean scheduled =
                projects.stream().anyMatch(project -> project.nextRun().isPresent());
        return lines(
                scheduled
                        ? rows
                        : rows.stream()
                                .map(row -> row.subList(0, row.size() - 1))
                                .toList());
    }

    private static String word(State state, boolean korean) {
        if (!korean) {
            return state.name().toLowerCase(Locale.ROOT);
        }
        return switch (state) {
            case UNKNOWN -> "알 수 없음";
            case RUNNING -> "실행 중";
            case FAILED -> "실패";
            case NEVER -> "없음";
            case LATE -> "지연";
            case OK -> "정상";
        };
    }

    private static String lines(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i))
                        .append(" ".repeat(widths[i] - width(row.get(i))))
                        .append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** In powers of 1000, with one digit behind the point where there is room for it. */
    static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double size = bytes / 1000.0;
        int unit = 0;
        while (size >= 999.95 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }

    /** How many columns a text takes on a terminal. */
    static int width(String text) {
        return text.codePoints().map(StatusTable::width).sum();
    }

    private static int width(int character) {
        int type = Character.getType(character);
        if (type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT
                || (character >= 0x1160 && character <= 0x11FF)) {
            return 0;
        }
        boolean wide = (character >= 0x1100 && character <= 0x115F)
                || (character >= 0x2E80 && character <= 0xA4CF && character != 0x303F)
                || (character >= 0xAC00 && character <= 0xD7A3)
                || (character >= 0xF900 && character <= 0xFAFF)
                || (character >= 0xFE30 && character <= 0xFE6F)
                || (character >= 0xFF00 && character <= 0xFF60)
                || (character >= 0xFFE0 && character <= 0xFFE6)
                || (character >= 0x1F300 && character <= 0x1FAFF)
                || (character >= 0x20000 && character <= 0x3FFFD);
        return wide ? 2 : 1;
    }
}
