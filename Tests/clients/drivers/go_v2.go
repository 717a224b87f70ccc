// The driver for the AWS SDK for Go, version 2: go_v2 ADDRESS
package main

import (
	"context"
	"errors"
	"os"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cognitosync"
	"github.com/aws/smithy-go"
	smithymiddleware "github.com/aws/smithy-go/middleware"
)

func main() {
	client := cognitosync.New(cognitosync.Options{
		Credentials:      aws.AnonymousCredentials{},
		EndpointResolver: cognitosync.EndpointResolverFromURL("http://" + os.Args[1]),
		Region:           "us-east-1",
	})
	serve(func(next request) response {
		method := reflect.ValueOf(client).MethodByName(next.Operation)
		input := reflect.New(method.Type().In(1).Elem())
		fill(input.Elem(), next.Parameters)
		results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
		if err, ok := results[1].Interface().(error); ok {
			var failure smithy.APIError
			var received *http.ResponseError
			if !errors.As(err, &failure) || !errors.As(err, &received) {
				return response{Error: "no response", Message: err.Error()}
			}
			return response{
				Error: failure.ErrorCode(), Message: failure.ErrorMessage(),
				Status: received.HTTPStatusCode(), ID: received.ServiceRequestID(),
			}
		}
		metadata := results[0].Elem().FieldByName("ResultMetadata").Interface().(smithymiddleware.Metadata)
		id, _ := middleware.GetRequestIDMetadata(metadata)
		return response{Members: plain(results[0]), ID: id}
	})
}
