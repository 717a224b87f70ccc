// The part that the drivers for both versions of the Go SDK share: lines of JSON in, lines of JSON out, and shapes of
// the API filled and read by the names of their members.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"time"
)

// A line of the input: an operation of the API and its parameters.
type request struct {
	Operation  string                 `json:"operation"`
	Parameters map[string]interface{} `json:"parameters"`
}

// A line of the output: the members of a response, or an error. Both have the request id that the SDK shows.
type response struct {
	Members interface{} `json:"members,omitempty"`
	Error   string      `json:"error,omitempty"`
	Message string      `json:"message,omitempty"`
	Status  int         `json:"status,omitempty"`
	ID      string      `json:"id"`
}

// Performs each line of the input in turn, until its end.
func serve(perform func(request) response) {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 4<<20)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		var next request
		if err := json.Unmarshal(input.Bytes(), &next); err != nil {
			fail(err)
		}
		if err := output.Encode(perform(next)); err != nil {
			fail(err)
		}
	}
}

func fail(why interface{}) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}

// Fills a parameter from its JSON. Dates are seconds since 1970.
func fill(to reflect.Value, from interface{}) {
	switch value := from.(type) {
	case nil:
	case map[string]interface{}:
		if to.Kind() == reflect.Map {
			to.Set(reflect.MakeMap(to.Type()))
			for name, element := range value {
				filled := reflect.New(to.Type().Elem()).Elem()
				fill(filled, element)
				to.SetMapIndex(reflect.ValueOf(name), filled)
			}
		} else if to.Kind() == reflect.Ptr {
			to.Set(reflect.New(to.Type().Elem()))
			fill(to.Elem(), from)
		} else {
			for name, member := range value {
				field := to.FieldByName(name)
				if !field.IsValid() {
					fail(fmt.Sprintf("%s has no member '%s'", to.Type(), name))
				}
				fill(field, member)
			}
		}
	case []interface{}:
		to.Set(reflect.MakeSlice(to.Type(), len(value), len(value)))
		for index, element := range value {
			fill(to.Index(index), element)
		}
	default:
		if to.Kind() == reflect.Ptr {
			to.Set(reflect.New(to.Type().Elem()))
			to = to.Elem()
		}
		if number, ok := from.(float64); ok && to.Type() == reflect.TypeOf(time.Time{}) {
			seconds, fraction := math.Modf(number)
			to.Set(reflect.ValueOf(time.Unix(int64(seconds), int64(fraction*1e9))))
		} else {
			to.Set(reflect.ValueOf(from).Convert(to.Type()))
		}
	}
}

// Returns a member in the form of the API's JSON, nil where it is absent.
func plain(value reflect.Value) interface{} {
	switch value.Kind() {
	case reflect.Ptr:
		if value.IsNil() {
			return nil
		}
		return plain(value.Elem())
	case reflect.Slice:
		if value.IsNil() {
			return nil
		}
		list := make([]interface{}, value.Len())
		for index := range list {
			list[index] = plain(value.Index(index))
		}
		return list
	case reflect.Map:
		if value.IsNil() {
			return nil
		}
		members := map[string]interface{}{}
		for _, name := range value.MapKeys() {
			members[name.String()] = plain(value.MapIndex(name))
		}
		return members
	case reflect.Struct:
		if date, ok := value.Interface().(time.Time); ok {
			return float64(date.UnixNano()) / 1e9
		}
		members := map[string]interface{}{}
		for index := 0; index < value.NumField(); index++ {
			field := value.Type().Field(index)
			if field.PkgPath == "" && field.Name != "ResultMetadata" && field.Name != "_" {
				if member := plain(value.Field(index)); member != nil {
					members[field.Name] = member
				}
			}
		}
		return members
	default:
		return value.Interface()
	}
}
