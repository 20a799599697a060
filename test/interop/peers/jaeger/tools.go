//go:build tools

// Package tools pins the real Jaeger that the interop tests talk to.
//
// Nothing is compiled from this file: the build tag is never set. The blank import
// only tells Go's module tools which packages the go.mod beside it is about.
package tools

import _ "github.com/jaegertracing/jaeger/cmd/jaeger"
