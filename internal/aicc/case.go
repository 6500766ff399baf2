// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

// Timestamp is a point in time as RFC 3339 text. AICC sends clock digits
// without a zone ("2023-06-16 16:25:22"); decoding adds the offset of
// [Config.TimeZone] and leaves the digits alone. A text in any other form is
// kept as AICC sent it.
type Timestamp string

// Info is what AICC says of a case itself: the keys of caseInfo without the
// caller's phone number.
//
// The json tag of a field is its key on the wire, misspellings included; with the
// option "unknown" the field takes every key that no other field has, with the
// option "string" what AICC sends in place of an object. The tfsdk tag is its name
// in Terraform. A nil field is one that AICC left out or
// sent as null; an empty text is one that AICC sent as "".
type Info struct {
	ID           *string    `json:"id" tfsdk:"id"`
	CaseNo       *string    `json:"caseNo" tfsdk:"case_no"`
	Title        *string    `json:"title" tfsdk:"title"`
	Description  *string    `json:"description" tfsdk:"description"`
	Attachment   *string    `json:"attachment" tfsdk:"attachment"`
	State        *string    `json:"state" tfsdk:"state"`
	StateName    *string    `json:"AICC__State__CST.name" tfsdk:"state_name"`
	Status       *string    `json:"status" tfsdk:"status"`
	StatusName   *string    `json:"AICC__Status__CST.name" tfsdk:"status_name"`
	Priority     *string    `json:"priority" tfsdk:"priority"`
	PriorityName *string    `json:"AICC__Priority__CST.name" tfsdk:"priority_name"`
	Origin       *string    `json:"origin" tfsdk:"origin"`
	OriginName   *string    `json:"AICC__Origin__CST.name" tfsdk:"origin_name"`
	Reason       *string    `json:"reason" tfsdk:"reason"`
	ReasonName   *string    `json:"AICC__Reason__CST.name" tfsdk:"reason_name"`
	Type         *string    `json:"type" tfsdk:"type"`
	TypeName     *string    `json:"AICC__Type__CST.name" tfsdk:"type_name"`
	ParentID     *string    `json:"parentId" tfsdk:"parent_id"`
	OwnerID      *string    `json:"ownerId" tfsdk:"owner_id"`
	OwnerName    *string    `json:"ownerName" tfsdk:"owner_name"`
	CreatorID    *string    `json:"creatorId" tfsdk:"creator_id"`
	CreatorName  *string    `json:"creatorName" tfsdk:"creator_name"`
	ContactID    *string    `json:"contactId" tfsdk:"contact_id"`
	ExternalNo   *string    `json:"extternalNo" tfsdk:"external_no"`
	IsUpgraded   *bool      `json:"isUpgraded" tfsdk:"is_upgraded"`
	IsCanceled   *bool      `json:"AICC__IsCanced__CST" tfsdk:"is_canceled"`
	IsSuspended  *bool      `json:"AICC__IsSuspend__CST" tfsdk:"is_suspended"`
	CreatedDate  *Timestamp `json:"createdDate" tfsdk:"created_date"`
	DueDate      *Timestamp `json:"dueDate" tfsdk:"due_date"`
	ClosedDate   *Timestamp `json:"closedDate" tfsdk:"closed_date"`
	StayDate     *Timestamp `json:"stayDate" tfsdk:"stay_date"`
	SuspendDate  *Timestamp `json:"suspendDate" tfsdk:"suspend_date"`

	// SuspendAccumulatedTime is in minutes, 1 to 1439999 by the API page.
	SuspendAccumulatedTime *int64 `json:"suspendAccumulatedTime" tfsdk:"suspend_accumulated_time"`

	// CustomFields holds every other key of caseInfo, and every known key whose
	// value does not fit its type, so that nothing is lost: texts as they are,
	// numbers and booleans as text, objects and arrays as compact JSON.
	CustomFields map[string]*string `json:",unknown" tfsdk:"custom_fields"`
}

// Task is one element of a case's tasks. The API page gives it the table of the
// case itself.
type Task struct {
	Info

	ContactPhone *string `json:"contactPhone" tfsdk:"contact_phone"`
}

// Case is one AICC case with what surrounds it. A Case that a [Client] returns
// is shared by all who asked for it: copy it before changing it.
type Case struct {
	Task

	IsFollower *bool    `tfsdk:"is_follower"`
	Trace      []Trace  `tfsdk:"trace"`
	Tasks      []Task   `tfsdk:"tasks"`
	Contact    *Contact `tfsdk:"contact"`

	// OddFlags holds the keys of the case's own flags, as AICC names them, that have a
	// value which is neither true nor false: they are nil.
	OddFlags []string `tfsdk:"-"`

	// Other holds the keys that AICC sent beside caseInfo, or in a trace entry,
	// and that the API page does not know, in the form of CustomFields.
	Other map[string]*string `tfsdk:"-"`
}

// Listed is what a list has of a case: what AICC says of the case itself.
type Listed struct {
	Info

	IsFollower *bool `tfsdk:"is_follower"`

	// OddFlags are those of the [Case].
	OddFlags []string `tfsdk:"-"`
}

// Listed returns a copy of what a list has of the case. It keeps nothing else of
// the case in memory.
func (c *Case) Listed() *Listed { return &Listed{c.Info, c.IsFollower, c.OddFlags} }

// WithoutContact returns a copy of the case that holds no data of the contact:
// no Contact, no phone number of the case or of its tasks, and no Other, since
// nobody can say what that is. Of its trace it keeps what names nobody but users
// of AICC: of an inbound message, the sender and the text are the customer's.
func (c *Case) WithoutContact() *Case {
	bare := *c
	bare.Contact, bare.ContactPhone, bare.Other = nil, nil, nil
	bare.Trace = cloneEach(c.Trace, func(t *Trace) {
		*t = Trace{CreatedDate: t.CreatedDate, CreatorID: t.CreatorID, CreatorName: t.CreatorName, Type: t.Type, RelatedID: t.RelatedID}
	})
	bare.Tasks = cloneEach(c.Tasks, func(t *Task) { t.ContactPhone = nil })
	return &bare
}

// cloneEach copies a slice and applies change to each copied element. A nil
// slice stays nil, since nil and empty are different answers.
func cloneEach[T any](from []T, change func(*T)) []T {
	if from == nil {
		return nil
	}
	to := make([]T, len(from))
	for i := range from {
		to[i] = from[i]
		change(&to[i])
	}
	return to
}

// Trace is one step in the history of a case.
type Trace struct {
	CreatedDate *Timestamp `json:"createdDate" tfsdk:"created_date"`
	CreatorID   *string    `json:"creatorId" tfsdk:"creator_id"`
	CreatorName *string    `json:"creatorName" tfsdk:"creator_name"`
	Type        *string    `json:"type" tfsdk:"type"`
	RelatedID   *string    `json:"relatedId" tfsdk:"related_id"`
	Title       *string    `json:"title" tfsdk:"title"`
	Description *string    `json:"description" tfsdk:"description"`
	From        *string    `json:"from" tfsdk:"from"`
	FromName    *string    `json:"fromName" tfsdk:"from_name"`
	ToAddress   *string    `json:"toAddress" tfsdk:"to_address"`
	Attachment  *string    `json:"attachment" tfsdk:"attachment"`
}

// Contact is the customer a case is about: personal data throughout.
type Contact struct {
	ID               *string       `json:"id" tfsdk:"id"`
	Name             *string       `json:"name" tfsdk:"name"`
	CustomerName     *string       `json:"customerName" tfsdk:"customer_name"`
	NickName         *string       `json:"nickName" tfsdk:"nick_name"`
	FirstName        *string       `json:"firstName" tfsdk:"first_name"`
	MiddleName       *string       `json:"middleName" tfsdk:"middle_name"`
	LastName         *string       `json:"lastName" tfsdk:"last_name"`
	Gender           *string       `json:"gender" tfsdk:"gender"`
	Age              *string       `json:"age" tfsdk:"age"`
	BirthDay         *string       `json:"birthDay" tfsdk:"birth_day"`
	Title            *string       `json:"title" tfsdk:"title"`
	Status           *string       `json:"status" tfsdk:"status"`
	Level            *string       `json:"level" tfsdk:"level"`
	Channel          *string       `json:"channel" tfsdk:"channel"`
	Website          *string       `json:"website" tfsdk:"website"`
	Picture          *string       `json:"picture" tfsdk:"picture"`
	Remark           *string       `json:"remark" tfsdk:"remark"`
	Description      *string       `json:"description" tfsdk:"description"`
	Phone            *string       `json:"phone" tfsdk:"phone"`
	Phone1           *string       `json:"phone1" tfsdk:"phone1"`
	Phone2           *string       `json:"phone2" tfsdk:"phone2"`
	Phone3           *string       `json:"phone3" tfsdk:"phone3"`
	Cellphone        *string       `json:"cellphone" tfsdk:"cellphone"`
	CellPhone1       *string       `json:"cellPhone1" tfsdk:"cell_phone1"`
	CellPhone2       *string       `json:"cellPhone2" tfsdk:"cell_phone2"`
	CellPhone3       *string       `json:"cellPhone3" tfsdk:"cell_phone3"`
	Email            *string       `json:"email" tfsdk:"email"`
	Email1           *string       `json:"email1" tfsdk:"email1"`
	Email2           *string       `json:"email2" tfsdk:"email2"`
	Fax              *string       `json:"fax" tfsdk:"fax"`
	UserID           *string       `json:"userId" tfsdk:"user_id"`
	OrganizationID   *string       `json:"organizationId" tfsdk:"organization_id"`
	CreatedDate      *Timestamp    `json:"createdDate" tfsdk:"created_date"`
	LastModifiedDate *Timestamp    `json:"lastModifiedDate" tfsdk:"last_modified_date"`
	BindAccount      []*string     `json:"bindAccount" tfsdk:"bind_account"`
	Organization     *Organization `json:"organization" tfsdk:"organization"`
	Address          *Address      `json:"address" tfsdk:"address"`

	// CustomFields holds what customFied holds, and every other key, as
	// [Info.CustomFields] does. A key of the organization or the address that
	// the API page does not know stands here as "organization.key".
	CustomFields map[string]*string `json:"customFied,unknown" tfsdk:"custom_fields"`
}

// Organization is the company that a contact belongs to.
type Organization struct {
	ID               *string `json:"id" tfsdk:"id"`
	OrganizationName *string `json:"organizationName" tfsdk:"organization_name"`
	Description      *string `json:"description" tfsdk:"description"`
	Email            *string `json:"email" tfsdk:"email"`
	Fax              *string `json:"fax" tfsdk:"fax"`
	FixedPhone       *string `json:"fixedPhone" tfsdk:"fixed_phone"`
	Industry         *string `json:"industry" tfsdk:"industry"`
	Logo             *string `json:"logo" tfsdk:"logo"`
	Scale            *string `json:"scale" tfsdk:"scale"`
	Summary          *string `json:"summary" tfsdk:"summary"`
	Website          *string `json:"website" tfsdk:"website"`
}

// Address is where a contact lives or works.
type Address struct {
	ID                     *string `json:"id" tfsdk:"id"`
	SubjectID              *string `json:"subjectId" tfsdk:"subject_id"`
	Label                  *string `json:"label" tfsdk:"label"`
	Title                  *string `json:"title" tfsdk:"title"`
	FirstName              *string `json:"firstName" tfsdk:"first_name"`
	MiddleName             *string `json:"middleName" tfsdk:"middle_name"`
	LastName               *string `json:"lastName" tfsdk:"last_name"`
	PhoneNumber1           *string `json:"phoneNumber1" tfsdk:"phone_number1"`
	PhoneNumber2           *string `json:"phoneNumber2" tfsdk:"phone_number2"`
	Country                *string `json:"country" tfsdk:"country"`
	Province               *string `json:"province" tfsdk:"province"`
	City                   *string `json:"city" tfsdk:"city"`
	Area                   *string `json:"area" tfsdk:"area"`
	Town                   *string `json:"town" tfsdk:"town"`
	Street                 *string `json:"street" tfsdk:"street"`
	Block                  *string `json:"block" tfsdk:"block"`
	BuildingNo             *string `json:"buildingNo" tfsdk:"building_no"`
	RoomNo                 *string `json:"roomNo" tfsdk:"room_no"`
	Zip                    *string `json:"zip" tfsdk:"zip"`
	AddressLine1           *string `json:"addressLine1" tfsdk:"address_line1"`
	AddressLine2           *string `json:"addressLine2" tfsdk:"address_line2"`
	AddressLine3           *string `json:"addressLine3" tfsdk:"address_line3"`
	AddressLine4           *string `json:"addressLine4" tfsdk:"address_line4"`
	AddressLine5           *string `json:"addressLine5" tfsdk:"address_line5"`
	AdditionalAddress      *string `json:"addtionalAddress" tfsdk:"additional_address"`
	DefaultBillingAddress  *bool   `json:"defaultBillingAddress" tfsdk:"default_billing_address"`
	DefaultShippingAddress *bool   `json:"defaultShippingAddress" tfsdk:"default_shipping_address"`

	// Text is the whole address where AICC sends it as one string: the API
	// page's table calls it a string, its sample shows an object.
	Text *string `json:",string" tfsdk:"text"`
}
