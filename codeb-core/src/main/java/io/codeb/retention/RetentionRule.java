package io.codeb.retention;

/** Why a backup stays or goes. */
public enum RetentionRule {
    /** It is pinned. */
    PINNED(true),
    /** It is the newest good one. */
    LAST_GOOD(true),
    /** It is newer than the newest good one, or there is none: nobody knows yet what it is worth. */
    NOT_YET_GOOD(true),
    /** It is from the future: a clock was or is wrong, and its age cannot be told. */
    FROM_THE_FUTURE(true),
    /** Its manifest cannot be read or is not believed, so that it cannot be told what would be lost. */
    UNREADABLE(true),
    /** The policy names neither ages nor numbers, and keeps everything. */
    EVERYTHING(true),
    /** It is one of the last so many. */
    LAST(true),
    /** It is younger than so many days. */
    DAYS(true),
    /** It is the last one of one of the last so many days. */
    DAILY(true),
    /** It is the last one of one of the last so many weeks. */
    WEEKLY(true),
    /** It is the last one of one of the last so many months. */
    MONTHLY(true),
    /** It is the last one of one of the last so many years. */
    YEARLY(true),
    /** Another one that stays cannot be read without it. */
    NEEDED(true),
    /** No rule keeps it. */
    OUTLIVED(false),
    /** A rule would keep it, and there is no room for it within the size that is allowed. */
    OVER_SIZE(false);

    private final boolean keeps;

    RetentionRule(boolean keeps) {
        this.keeps = keeps;
    }

    /**
     * Which way it says.
     *
     * @return true when the backup stays for it
     */
    public boolean keeps() {
        return keeps;
    }
}
