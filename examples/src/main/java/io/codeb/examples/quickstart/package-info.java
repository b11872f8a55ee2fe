/** The shortest program that backs a database up and proves that it can be restored: the README's. */
@NullMarked
package io.codeb.examples.quickstart;

import org.jspecify.annotations.NullMarked;
