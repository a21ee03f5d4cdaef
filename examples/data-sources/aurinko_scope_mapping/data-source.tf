# The permissions that the daemon app registration at Microsoft Entra needs.
data "aurinko_scope_mapping" "daemon" {
  scopes          = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]
  permission_type = "application"
}

# With the azuread provider, pass them to the app registration:
#
#   resource "azuread_application" "daemon" {
#     display_name = "Aurinko (daemon)"
#
#     required_resource_access {
#       resource_app_id = data.aurinko_scope_mapping.daemon.resource_app_id
#
#       dynamic "resource_access" {
#         for_each = data.aurinko_scope_mapping.daemon.resource_access
#         content {
#           id   = resource_access.value.id
#           type = resource_access.value.type
#         }
#       }
#     }
#   }

output "graph_permissions" {
  value = data.aurinko_scope_mapping.daemon.all_permissions
}
