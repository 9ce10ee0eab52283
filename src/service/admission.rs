//! Admission and conversion: services that a data source without versions of its settings does not need. Grafana 12.4
//! calls them only for data sources with an `apiVersion`, and takes UNIMPLEMENTED for an answer.

use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};

use super::Plugin;
use crate::proto::pluginv2::{
    AdmissionRequest, ConversionRequest, ConversionResponse, MutationResponse, ValidationResponse,
    admission_control_server::AdmissionControl, resource_conversion_server::ResourceConversion,
};

#[async_trait]
impl AdmissionControl for Plugin {
    async fn validate_admission(
        self: Arc<Self>,
        _: Request<AdmissionRequest>,
    ) -> Result<Response<ValidationResponse>, Status> {
        Err(unimplemented("ValidateAdmission"))
    }

    async fn mutate_admission(
        self: Arc<Self>,
        _: Request<AdmissionRequest>,
    ) -> Result<Response<MutationResponse>, Status> {
        Err(unimplemented("MutateAdmission"))
    }
}

#[async_trait]
impl ResourceConversion for Plugin {
    async fn convert_objects(
        self: Arc<Self>,
        _: Request<ConversionRequest>,
    ) -> Result<Response<ConversionResponse>, Status> {
        Err(unimplemented("ConvertObjects"))
    }
}

fn unimplemented(method: &str) -> Status {
    Status::unimplemented(format!("This data source has no {method}."))
}
