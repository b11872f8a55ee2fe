package io.codeb.json;

import io.codeb.model.TableRows;
import java.util.List;

/**
 * A table and its rows.
 *
 * @param schema the schema's name
 * @param name the table's name
 * @param records how many rows
 */
public record TableView(String schema, String name, long records) {
    /**
     * Makes it of what the library answers.
     *
     * @param tables as the library has it
     * @return the same as JSON has it
     */
    public static List<TableView> of(List<TableRows> tables) {
        return tables.stream()
                .map(rows -> new TableView(rows.table().schema(), rows.table().name(), rows.rows()))
                .toList();
    }
}
