package io.codeb.json;

import io.codeb.model.Notice;
import java.util.List;

/**
 * What did not stop a run and should be known.
 *
 * @param id stable, as docs/notices.md has it
 * @param message for people
 */
public record NoticeView(String id, String message) {
    /**
     * Makes it of what the library answers.
     *
     * @param notices as the library has it
     * @return the same as JSON has it
     */
    public static List<NoticeView> of(List<Notice> notices) {
        return notices.stream()
                .map(notice -> new NoticeView(notice.id(), notice.message()))
                .toList();
    }
}
