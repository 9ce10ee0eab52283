//! A frame as an Arrow IPC file: magic, one record batch, footer.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_ipc::writer::FileWriter;
use arrow_schema::Schema;

use super::{Field, Frame, FrameError};

impl Frame {
    /// The frame as Grafana reads it from `DataResponse.frames`: one Arrow IPC file, with name, refId and meta in the
    /// schema's metadata, labels and config in the fields'.
    ///
    /// # Errors
    /// The fields differ in length.
    pub fn to_arrow(&self, ref_id: &str) -> Result<Vec<u8>, FrameError> {
        let fields = self.fields.iter().map(Field::to_arrow).collect::<Result<Vec<_>, _>>()?;
        let schema = Arc::new(Schema::new(fields).with_metadata(self.metadata(ref_id)?));
        let columns = self.fields.iter().map(|field| field.values.clone()).collect();
        let rows = RecordBatchOptions::new().with_row_count(Some(self.rows()));
        let batch = RecordBatch::try_new_with_options(schema.clone(), columns, &rows)?;
        let mut writer = FileWriter::try_new(Vec::new(), &schema)?;
        if batch.num_rows() > 0 {
            writer.write(&batch)?;
        }
        Ok(writer.into_inner()?)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.fields.first().map_or(0, |field| field.values.len())
    }

    fn metadata(&self, ref_id: &str) -> Result<HashMap<String, String>, FrameError> {
        Ok(HashMap::from([
            ("name".to_owned(), self.name.clone()),
            ("refId".to_owned(), ref_id.to_owned()),
            ("meta".to_owned(), serde_json::to_string(&self.meta)?),
        ]))
    }
}

impl Field {
    fn to_arrow(&self) -> Result<arrow_schema::Field, FrameError> {
        let mut metadata = HashMap::new();
        if !self.labels.is_empty() {
            metadata.insert("labels".to_owned(), serde_json::to_string(&self.labels)?);
        }
        if !self.unit.is_empty() {
            metadata
                .insert("config".to_owned(), serde_json::json!({ "unit": self.unit }).to_string());
        }
        let field =
            arrow_schema::Field::new(&self.name, self.values.data_type().clone(), self.nullable);
        Ok(field.with_metadata(metadata))
    }
}
