package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"

	"go.yaml.in/yaml/v4"

	"packtide/web"
)

// openapi is the contract as it is written and read by people.
//
//go:embed openapi.yaml
var openapi []byte

func documentRoutes() []route {
	return []route{{http.MethodGet, "/openapi.json", web.Anyone, nothing, "", (*Server).document}}
}

// contractJSON is the contract as programs read it. It is compiled in: one that can't be read is a fault of the build.
func contractJSON() []byte {
	var doc map[string]any
	if err := yaml.Unmarshal(openapi, &doc); err != nil {
		panic(fmt.Errorf("read openapi.yaml: %w", err))
	}
	out, err := json.Marshal(doc)
	if err != nil {
		panic(fmt.Errorf("write openapi.yaml as JSON: %w", err))
	}
	return out
}

func (s *Server) document(c *call) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=300")
	return c.send(http.StatusOK, s.contract)
}
