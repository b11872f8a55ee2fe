package io.codeb.it.faults;

import java.util.List;

/** Where a database lives, and what can be done to it from outside. */
interface Site extends AutoCloseable {
    Place place();

    /** How the library reaches it. */
    Access access();

    /** How it is looked at. Another one when the server has been away. */
    Eyes eyes();

    /**
     * Kills the programs that an operation has started where the database lives.
     *
     * @return whether there was one
     */
    boolean killPrograms();

    /** The programs of operations that run there, in words. */
    List<String> programs();

    /** The temporary files of operations that are there, in words. */
    List<String> files();

    /** Kills a process of the server. */
    void killBackend(String pid);

    /** Kills the server. It comes back when it is told to. */
    void killServer();

    /** Kills the container. It comes back when it is told to. */
    void killContainer();

    /** Starts what was killed. The operation is to go on before: a container ends when all that it says is read. */
    void startAgain();

    /** Kills the container service. It comes back. */
    void killService();

    /** Leaves no room where the data of the server are. */
    void fillDisk();

    /** Gives it back, and starts a server that has given up for want of it. */
    void emptyDisk();

    /** Ends what is there. */
    @Override
    void close();
}
