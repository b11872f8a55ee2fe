package io.codeb.tck.engine;

/** The contract can be kept with little data too. */
class FewNotesTest extends NotebooksTest {
    @Override
    protected int itemCount() {
        return 20;
    }
}
