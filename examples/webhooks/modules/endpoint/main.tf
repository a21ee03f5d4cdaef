# The endpoint, here an AWS Lambda function with a URL of its own. Its code is
# yours: see README.md for what it must answer.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.90"
    }
  }
}

variable "signing_secret" {
  description = "Secret that Aurinko signs notifications with."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "signing_secret_version" {
  description = "Number to raise when the signing secret has changed."
  type        = number
  default     = 1
}

variable "package" {
  description = "ZIP file with the code of the function."
  type        = string
  default     = "endpoint.zip"
}

resource "aws_secretsmanager_secret" "signing_secret" {
  name = "aurinko-signing-secret"
}

resource "aws_secretsmanager_secret_version" "signing_secret" {
  secret_id                = aws_secretsmanager_secret.signing_secret.id
  secret_string_wo         = var.signing_secret
  secret_string_wo_version = var.signing_secret_version
}

resource "aws_iam_role" "endpoint" {
  name = "aurinko-endpoint"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "endpoint" {
  role = aws_iam_role.endpoint.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = aws_secretsmanager_secret.signing_secret.arn
    }]
  })
}

resource "aws_lambda_function" "endpoint" {
  function_name    = "aurinko-endpoint"
  role             = aws_iam_role.endpoint.arn
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)

  environment {
    variables = { SIGNING_SECRET_ARN = aws_secretsmanager_secret.signing_secret.arn }
  }

  depends_on = [aws_secretsmanager_secret_version.signing_secret, aws_iam_role_policy.endpoint]
}

resource "aws_lambda_function_url" "endpoint" {
  function_name      = aws_lambda_function.endpoint.function_name
  authorization_type = "NONE" # the function checks the signature
}

output "url" {
  description = "URL of the endpoint."
  value       = aws_lambda_function_url.endpoint.function_url
}
