package io.codeb.it.faults;

/** What an operation does wrong on purpose when it has ended, so that it shows whether whoever judges it sees that. */
enum Sabotage {
    NONE,
    /** It loses a row of the live database. */
    LOSE_A_ROW,
    /** It changes a value of the live database, in as many bytes. */
    CHANGE_A_VALUE,
    /** It changes a setting of the live database. */
    CHANGE_A_SETTING,
    /** It cuts an entry of a backup that is listed. */
    CUT_AN_ENTRY,
    /** It leaves a database. */
    LEAVE_A_DATABASE,
    /** It leaves a program that runs. */
    LEAVE_A_PROGRAM,
    /** It leaves a file in the repository that no sweep removes. */
    LEAVE_A_STRAY,
    /** It leaves a file among the temporary ones. */
    LEAVE_A_FILE,
    /** It fails, and says that it has done it. */
    LIE,
    /** It does not end. */
    HANG,
    /** It throws what is no error of the library's. */
    THROW;

    /** Whether what it does goes on for ever: nobody has to wait to see that it does not end by itself. */
    boolean isForEver() {
        return this == LEAVE_A_PROGRAM || this == HANG;
    }
}
