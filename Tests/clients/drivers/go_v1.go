// The driver for the AWS SDK for Go, version 1: go_v1 ADDRESS
package main

import (
	"os"
	"reflect"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/credentials"
	sdk "github.com/aws/aws-sdk-go/aws/request"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/cognitosync"
)

func main() {
	client := cognitosync.New(session.Must(session.NewSession(&aws.Config{
		Credentials: credentials.AnonymousCredentials,
		Endpoint:    aws.String("http://" + os.Args[1]),
		Region:      aws.String("us-east-1"),
	})))
	serve(func(next request) response {
		// The form of an operation that shows the request id of a success too.
		method := reflect.ValueOf(client).MethodByName(next.Operation + "Request")
		input := reflect.New(method.Type().In(0).Elem())
		fill(input.Elem(), next.Parameters)
		results := method.Call([]reflect.Value{input})
		sent := results[0].Interface().(*sdk.Request)
		if err := sent.Send(); err != nil {
			failure, ok := err.(awserr.RequestFailure)
			if !ok {
				return response{Error: "no response", Message: err.Error()}
			}
			return response{
				Error: failure.Code(), Message: failure.Message(), Status: failure.StatusCode(), ID: failure.RequestID(),
			}
		}
		return response{Members: plain(results[1]), ID: sent.RequestID}
	})
}
