package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// A request without a schema makes the framework panic in whatever reads it.
// No method that Terraform calls lets the panic through, which would end the
// plugin and print what the panic holds.
func TestPanicsBecomeDiagnostics(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	becomes := func(method string, call func() diag.Diagnostics) {
		t.Helper()
		defer func() {
			if cause := recover(); cause != nil {
				t.Errorf("%s panics: %v", method, cause)
			}
		}()
		if got := call(); !got.HasError() || !strings.Contains(got[0].Detail(), "The provider has a fault") {
			t.Errorf("%s: %v", method, got)
		}
	}
	p := &aurinkoProvider{}
	becomes("Configure", func() diag.Diagnostics {
		var resp provider.ConfigureResponse
		p.Configure(ctx, provider.ConfigureRequest{}, &resp)
		return resp.Diagnostics
	})
	for _, newResource := range p.Resources(ctx) {
		r := newResource()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "aurinko"}, &meta)
		if v, ok := r.(resource.ResourceWithValidateConfig); ok {
			becomes(meta.TypeName+" ValidateConfig", func() diag.Diagnostics {
				var resp resource.ValidateConfigResponse
				v.ValidateConfig(ctx, resource.ValidateConfigRequest{}, &resp)
				return resp.Diagnostics
			})
		}
		becomes(meta.TypeName+" Create", func() diag.Diagnostics {
			var resp resource.CreateResponse
			r.Create(ctx, resource.CreateRequest{}, &resp)
			return resp.Diagnostics
		})
		becomes(meta.TypeName+" Read", func() diag.Diagnostics {
			var resp resource.ReadResponse
			r.Read(ctx, resource.ReadRequest{}, &resp)
			return resp.Diagnostics
		})
		becomes(meta.TypeName+" Update", func() diag.Diagnostics {
			var resp resource.UpdateResponse
			r.Update(ctx, resource.UpdateRequest{}, &resp)
			return resp.Diagnostics
		})
		becomes(meta.TypeName+" Delete", func() diag.Diagnostics {
			var resp resource.DeleteResponse
			r.Delete(ctx, resource.DeleteRequest{}, &resp)
			return resp.Diagnostics
		})
	}
	for _, newEphemeral := range p.EphemeralResources(ctx) {
		becomes("Open", func() diag.Diagnostics {
			var resp ephemeral.OpenResponse
			newEphemeral().Open(ctx, ephemeral.OpenRequest{}, &resp)
			return resp.Diagnostics
		})
	}
	for _, newList := range p.ListResources(ctx) {
		becomes("List", func() diag.Diagnostics {
			var stream list.ListResultsStream
			newList().List(ctx, list.ListRequest{}, &stream)
			var all diag.Diagnostics
			for result := range stream.Results {
				all.Append(result.Diagnostics...)
			}
			return all
		})
	}
	for _, newAction := range p.Actions(ctx) {
		becomes("Invoke", func() diag.Diagnostics {
			var resp action.InvokeResponse
			newAction().Invoke(ctx, action.InvokeRequest{}, &resp)
			return resp.Diagnostics
		})
	}
}
