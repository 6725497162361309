package static

import _ "embed"

// OpenAPI describes the public API, as JSON. It is made from openapi.yaml: go test ./web -run OpenAPI -write.
//
//go:embed openapi.json
var OpenAPI []byte

// OpenAPISource is the description as it is written.
//
//go:embed openapi.yaml
var OpenAPISource []byte
